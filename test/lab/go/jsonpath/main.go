// Prints what kubectl makes of templates of -o jsonpath: reads {"documents": {NAME: …}, "cases": [{"template", "document": NAME}]}, and
// writes it with "out" or "error" set in each case. test/output/template/kubectl-cases.json is made so:
//
//	go run . < ../../../output/template/kubectl-cases.json > new.json
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"

	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/util/jsonpath"
)

type file struct {
	Documents map[string]json.RawMessage `json:"documents"`
	Cases     []testCase                 `json:"cases"`
}

type testCase struct {
	Template string `json:"template"`
	Document string `json:"document"`
	// What this program does otherwise, and why.
	Differs string  `json:"differs,omitempty"`
	Out     *string `json:"out,omitempty"`
	Error   string  `json:"error,omitempty"`
}

func main() {
	var all file
	if err := json.NewDecoder(os.Stdin).Decode(&all); err != nil {
		log.Fatal(err)
	}
	for i := range all.Cases {
		each := &all.Cases[i]
		each.Out, each.Error = nil, ""
		out, err := execute(each.Template, all.Documents[each.Document])
		if err != nil {
			each.Error = err.Error()
			continue
		}
		each.Out = &out
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(all); err != nil {
		log.Fatal(err)
	}
}

// As kubectl get does: a missing key is no error.
func execute(template string, data json.RawMessage) (string, error) {
	var object interface{}
	if err := utiljson.Unmarshal(data, &object); err != nil {
		return "", err
	}
	path := jsonpath.New("out").AllowMissingKeys(true)
	if err := path.Parse(template); err != nil {
		return "", err
	}
	var text bytes.Buffer
	err := path.Execute(&text, object)
	return text.String(), err
}
