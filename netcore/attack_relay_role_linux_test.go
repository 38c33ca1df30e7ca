package netcore_test

import "testing"

func beRelay(t *testing.T) {}
