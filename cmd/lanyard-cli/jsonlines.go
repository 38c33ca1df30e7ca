package main

// jsonLines documents the lines of --json; package control has the types.
const jsonLines = `id
  {"name","id"}
people
  {"name","id","online","address","unread","last_seen","trust":"stranger|verified|blocked",
   "notice":"twin|new-key|rotated","notice_of", of verified people also the fields of allow}
log
  {"direction":"in|out","person","id","kind":"text|file|command|clock","state","reason","sent",
   "seq","text",
   of files also "transfer","name","count","bytes","done","md5","paths"; "added",
   of commands the fields of runs from "line" to "err_sha256",
   of looks at clocks "offset_ns","bound_ns","verdict"}
serve
  {"event":"ready","id","address"}
  {"event":"message","from","id","text","sent","message","seq","added"}
  {"event":"offer","transfer","from","id","name","count","bytes","accepted","retry",
   "wish":"keep|replace|skip"}
  {"event":"received","file_name","file_size","md5","path","transfer","person","id"}
  {"event":"verify-request","person","id","notice"}  (they wait to compare digits)
serve and verify
  {"event":"verified","person","id","by":"code|string|id"}
verify
  {"event":"code","code","person","id","attempt","notice"}  then reads yes or no from stdin
pair-string
  {"string","expires"}
allow
  {"person","id","trust","files":"ask|auto","files_cap","commands":"off|buttons|ask|always",
   "clock":"on|off"}
block, unblock, unverify, alias, merge
  {"event":"blocked|unblocked|unverified|alias|merged","person","id"}
audit
  {"seq","at","person","id","what","detail","outcome":"allowed|done|refused|failed"}
clock
  {"event":"clock","person","id","offset_ns","bound_ns","round_trip_ns","jitter_ns","samples",
   "zone":{"name","offset","dst"},"verdict":"good|off|wrong-zone","wrong","drift_ppm",
   "drift_bound_ppm","jumped","time","text"}
  {"event":"no-clock","person","id","reason":"stranger|refused|unreachable|failed","word","args","error"}
  {"event":"clocks","count","agreeing","here","off_ns","wrong","wrong_id"}  (of three or more)
  {"event":"time-server","server","offset_ns","bound_ns","round_trip_ns","samples"}  (--ntp)
exec and run
  {"event":"asked","run","person","id","until"}  (their user is asked for consent)
  {"event":"started","run","direction":"out","person","id","line","folder","button",
   "by":"button|always|once|quarter|forever|remembered","encoding"}
  {"event":"out","run","pipe":"stdout|stderr","text", or with --encoding raw "base64"}
  {"event":"exit","run","direction","person","id","state","reason","exit","signal","result",
   "took_ms","out_bytes","err_bytes","out_sha256","err_sha256"}
   "state":"exited|signalled|timeout|killed-here|killed-there|denied|lost|failed|not-found",
   "exit" is the command's own, "result" what exec makes of it
serve
  {"event":"consent","number","person","id","line","folder","account","stdin","until",
   "quarter","forever"}  (somebody waits for your consent; also of consent list)
  {"event":"consent-over","number"}
  {"event":"started"…} and {"event":"exit"…} of what runs here, "direction":"in"
runs
  {"run","direction":"in|out","person","id","line","folder","button","terminal","exit","signal",
   "began","ended","out_bytes","err_bytes","out_sha256","err_sha256","state","reason","asked"}
consent remembered, consent forget
  {"key","person","id","line","folder","given","until"}
buttons
  {"name","argv","dir","wall_ms","params":[{"name","kind":"text|number|choice|file","optional",
   "default","choices","min","max","max_len","pattern","dashes","folder"}],"line"}
settings
  {"stranger_texts":"on|off","stranger_files":"on|off","invisible":"on|off","send_limit",
   "receive_limit","on_conflict":"keep|replace|skip","save_dir"}
password
  {"set","password"}
identity
  {"event":"exported|imported|rotated","id","path"}
serve and send
  {"event":"progress","transfer","direction","person","name","state","done","count",
   "done_bytes","bytes","speed","left_ms","limits":"disk|network|bandwidth|there|processor",
   "pending","failed","skipped"}  (pending: verified, MD5 to follow)
  {"event":"plan","transfer","direction","person","id","name","left","identical","kept","beside",
   "replaced","unselected","renamed"}  (what the receiver decided)
  {"event":"paused","transfer","direction","person","id","name","by":"here|there"}
  {"event":"resumed","transfer","direction","person","id","name"}
  {"event":"pending","transfer","direction","person","id","name","pending"}  (all is there)
  {"event":"skipped","file_name","reason","transfer","direction","person","id"}
  {"event":"sent","file_name","file_size","md5","path","transfer","person","id"}
  {"event":"failed","file_name","reason","transfer","direction","person","id"}
  {"event":"ended","transfer","direction","person","name","state","reason","done","failed",
   "count","bytes","md5","skipped","restarted"}
  {"event":"error","word","args","error"}
send
  {"event":"away","transfer","direction","person","id","name"}  (waits for the link)
  {"event":"back","transfer","direction","person","id","name"}
  {"event":"offered","transfer","to","id","name","count","bytes"}
  {"event":"queued","transfer","to","id","name","count","bytes"}  (--later)
transfers, pause, resume, cancel, first of transfers show, and of retry without TRANSFER
  {"event":"transfer","transfer","group":"queue|running|done|failed","direction","person","id",
   "name","state","reason","count","bytes","done","failed","skipped","pending","restarted",
   "done_bytes","speed","left_ms","away","limits","limit","accepted","paused_here","paused_there",
   "wish","retry","md5","created","ended","paths",
   "under_way":[{"path","size","done_bytes","speed","left_ms"}],
   once decided the numbers of plan}
transfers show
  {"event":"received|sent"…} with "md5_pending", {"event":"failed|skipped"…}
transfers clear
  {"event":"cleared","count"}
limit
  {"event":"limited","transfer","limit"}
offer
  {"event":"preflight","transfer","from","id","name","save_dir","count","folders","links","bytes",
   "needed","free","reserve","fits","renamed","identical","doubtful","different","unsent","wish"}
  {"event":"preflight-file","index","path","becomes","size",
   "kind":"renamed|identical|doubtful|different|unsent",
   "reason"}
  {"event":"offer-file","index","path","size","is_folder","link","reason"}  (--files)
md5
  {"path","md5"}, or with FILE {"event":"md5","transfer","path"}
verify-md5
  {"event":"file","path","state":"ok|differs|missing|unreadable|outside","error"}
  {"event":"summary","ok","differs","missing","unreadable","outside","bytes"}
serve and say
  {"event":"delivered","to","id","message","seq"}
  {"event":"queued","to","id","message","seq"}  (--later)

"sent" is by the author's clock, "added" by this PC's own.
`
