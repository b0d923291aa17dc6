/** `/` goes to the search of the place, Esc out of it: first what is typed goes, then the focus. */
export function listenToKeys(main: HTMLElement): void {
  document.addEventListener('keydown', (event) => {
    const { activeElement } = document
    const isTyping =
      activeElement instanceof HTMLInputElement ||
      activeElement instanceof HTMLTextAreaElement ||
      activeElement instanceof HTMLSelectElement
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = main.querySelector<HTMLInputElement>('input[data-search], input[type="search"]')
      if (search === null) return
      event.preventDefault()
      search.focus()
      search.select()
    } else if (event.key === 'Escape' && isTyping && activeElement instanceof HTMLInputElement) {
      const isEmpty = activeElement.type !== 'search' || activeElement.value === ''
      if (isEmpty) activeElement.blur()
    }
  })
}
