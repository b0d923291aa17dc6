#!/bin/bash
# container.sh NETNS FOLDER PROGRAM ARGUMENTS...: the program in a pod's network namespace, with the files below FOLDER/files over those
# of this machine: /certs, /sds, /config as the image has them, and nothing outside is touched. The changes live in memory.
netns=$1 folder=$2
shift 2
mkdir -p "$folder"/{files,changes,root}
exec ip netns exec "$netns" unshare -m --propagation private bash -c '
folder=$1 lab=$2 cache=$3
shift 3
mount -t tmpfs tmpfs "$folder/changes" && mkdir "$folder"/changes/{upper,work} && cp -a "$folder/files/." "$folder/changes/upper" || exit 9
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/changes/upper,workdir=$folder/changes/work" "$folder/root" || exit 9
for place in /proc /dev /sys; do mount --rbind "$place" "$folder/root$place" || exit 9; done
for place in "$lab" "$cache"; do mount --bind "$place" "$folder/root$place" || exit 9; done
exec chroot "$folder/root" "$@"' _ "$folder" "$LAB" "$CACHE" "$@"
