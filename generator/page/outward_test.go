package page

import "testing"

func TestOutward(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com/a?b=c#d":               "https://example.com/a?b=c#d",
		"https://example.com/a b/[c]|d":             "https://example.com/a%20b/%5Bc%5D%7Cd",
		"https://example.com/post%29,%20[see]%28x/": "https://example.com/post%29,%20%5Bsee%5D%28x/",
		"https://[2001:db8::1]:8443/x":              "https://[2001:db8::1]:8443/x",
		"https://example.com/?q=a b&r=%20":          "https://example.com/?q=a%20b&r=%20",
		"mailto:team@example.com":                   "mailto:team@example.com",
		"javascript:alert(1)":                       "",
		"data:text/html,x":                          "",
		"INFRA-3007":                                "",
		"#11134":                                    "",
		"//example.com/x":                           "",
		"https:///nowhere":                          "",
		"https://exa mple.com/":                     "",
		"":                                          "",
	} {
		if got := outward(address); got != want {
			t.Errorf("outward(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestTicket(t *testing.T) {
	for written, want := range map[string]Link{
		"": {},
		"https://tickets.example/browse/GRID-644": {Name: "GRID-644", URL: "https://tickets.example/browse/GRID-644"},
		"https://code.example/org/repo/pull/1736": {Name: "#1736", URL: "https://code.example/org/repo/pull/1736"},
		"https://docs.example/plan":               {Name: "Ticket", URL: "https://docs.example/plan"},
		"INFRA-3007":                              {Name: "INFRA-3007"},
	} {
		if got := ticket(written); got != want {
			t.Errorf("ticket(%q) = %+v, want %+v", written, got, want)
		}
	}
}
