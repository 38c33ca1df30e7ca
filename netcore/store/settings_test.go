package store

import (
	"maps"
	"testing"
)

func TestSettings(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	if value, set, err := db.Setting(ctx, "name"); value != "" || set || err != nil {
		t.Errorf("before it was set: %q, %v, %v", value, set, err)
	}
	for _, name := range []string{"小王", ""} {
		if err := db.SetSetting(ctx, "name", name); err != nil {
			t.Fatal(err)
		}
		if value, set, err := db.Setting(ctx, "name"); value != name || !set || err != nil {
			t.Errorf("name = %q, %v, %v; want %q", value, set, err, name)
		}
	}
	if err := db.SetSettings(ctx, map[string]string{"theme": "dark", "name": "Ann"}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"theme": "dark", "name": "Ann"}
	if got := must(db.Settings(ctx))(t); !maps.Equal(got, want) {
		t.Errorf("settings = %v", got)
	}
}
