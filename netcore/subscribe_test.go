package netcore

import "testing"

func TestASlowSubscriberIsToldThatItMissedSomething(t *testing.T) {
	b := &bus{}
	s := b.subscribe(3)
	for i := range 10 {
		b.publish(Event{Kind: EventItem, Seq: int64(i)})
	}
	for i := range 3 {
		if e := <-s.C; e.Kind != EventItem || e.Seq != int64(i) {
			t.Errorf("event %d is %+v", i, e)
		}
	}
	if e := <-s.C; e.Kind != EventOverflow {
		t.Errorf("then %+v, want an overflow", e)
	}
	b.publish(Event{Kind: EventItem, Seq: 99})
	if e := <-s.C; e.Seq != 99 {
		t.Errorf("after it caught up: %+v, want 99", e)
	}
}

func TestEverySubscriberHearsUntilItCloses(t *testing.T) {
	b := &bus{}
	first, second := b.subscribe(1), b.subscribe(1)
	first.Close()
	first.Close()
	b.publish(Event{Kind: EventPerson, Person: 7})
	if _, open := <-first.C; open {
		t.Error("a closed subscription got an event")
	}
	if e := <-second.C; e.Person != 7 {
		t.Errorf("got %+v", e)
	}
	b.close()
	if _, open := <-second.C; open {
		t.Error("still open after the bus closed")
	}
	if _, open := <-b.subscribe(1).C; open {
		t.Error("a late subscription is open")
	}
	second.Close()
}
