package main

// jsonLines documents the lines of --json; package control has the types.
const jsonLines = `id
  {"name","id"}
people
  {"name","id","online","address","unread","last_seen"}
log
  {"direction":"in|out","person","id","kind":"text|file","state","reason","sent","seq","text",
   of files also "transfer","name","count","bytes","done","md5","paths"; "added"}
serve
  {"event":"ready","id","address"}
  {"event":"message","from","id","text","sent","message","seq","added"}
  {"event":"offer","transfer","from","id","name","count","bytes","accepted"}
  {"event":"received","file_name","file_size","md5","path","transfer","person","id"}
serve and send
  {"event":"progress","transfer","direction","person","name","state","done","count",
   "done_bytes","bytes","speed","left_ms"}
  {"event":"sent","file_name","file_size","md5","path","transfer","person","id"}
  {"event":"failed","file_name","reason","transfer","direction","person","id"}
  {"event":"ended","transfer","direction","person","name","state","reason","done","failed",
   "count","bytes","md5"}
  {"event":"error","word","args","error"}
send
  {"event":"offered","transfer","to","id","name","count","bytes"}
  {"event":"queued","transfer","to","id","name","count","bytes"}  (--later)
serve and say
  {"event":"delivered","to","id","message","seq"}
  {"event":"queued","to","id","message","seq"}  (--later)

"sent" is by the author's clock, "added" by this PC's own.
`
