/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "container shell",
  implemented: [
    "sh and what people use of bash: lists, streaming pipes, loops, case, functions, here-documents and here-strings, arrays, [[ ]] with patterns and regular expressions, arithmetic, parameter expansion, descriptors, traps, background jobs and wait, set -e -u -x -f -o pipefail",
    "busybox' commands: files (ls cat cp mv rm mkdir find stat du ln touch), text (grep sed awk sort uniq wc cut tr head tail tee rev tac nl fold paste diff seq printf xargs), system (ps kill killall timeout env id uname df free date sleep dd yes), network (wget curl nc telnet nslookup dig host getent), tar, base64 and checksums",
    "regular expressions whose time is bounded by text and pattern", "scripts that never wait: they keep a core busy and get slower; 128 processes, texts of a megabyte, a thousand lines of log",
  ],
  notImplemented: [
    "process substitution, coprocesses, job control, arithmetic beyond 2^53, traps of subshells", "file modes, links and times, and owners of files where the pod does not say as whom it runs", "binary files: texts, and files of zeros by their size (dd, fallocate, truncate), of which 256 kB are read", "listening by nc, ICMP, curl over TLS with certificates, requests of curl to the API server",
    "awk: getline, output to commands, logarithms and the like; sed: w; references back to a group in a pattern", "package managers: nothing is downloaded", "vi, less, top and other programs for a whole screen",
  ],
} as const;
