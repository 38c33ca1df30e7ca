package timeline

const childMode = "LANYARD_TIMELINE_CHILD"

func child(string) int { return 1 }
