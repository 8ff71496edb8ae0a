package main

import "testing"

func TestGreet(t *testing.T) {
	got, err := greet("de", "Ada")
	if err != nil || got != "Guten Tag, Ada!" {
		t.Errorf("greet(de, Ada) = %q, %v", got, err)
	}
	if _, err := greet("tlh", "Ada"); err == nil {
		t.Error("greet(tlh, Ada): want an error")
	}
}
