// Package promql holds the alerts against Prometheus' own parser and engine.
package promql

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/promqltest"
	"go.yaml.in/yaml/v3"
)

const alertsFile = "../alerts.yml"

// scenario is what happens to some series, minute by minute, and which alerts fire in the minute `at`.
type scenario struct {
	Name   string            `yaml:"name"`
	Series map[string]string `yaml:"series"`
	Fires  []struct {
		At    int    `yaml:"at"`
		Alert string `yaml:"alert"`
		// Label sets of what fires; none when it must be silent.
		For []string `yaml:"for"`
	} `yaml:"fires"`
}

func TestAlerts(t *testing.T) {
	rules := readRules(t)
	told := map[string]bool{}
	for _, one := range readScenarios(t) {
		t.Run(one.Name, func(t *testing.T) {
			for _, want := range one.Fires {
				rule, known := rules[want.Alert]
				if !known {
					t.Fatalf("there is no alert %s", want.Alert)
				}
				if len(want.For) > 0 {
					told[want.Alert] = true
				}
				got := firing(t, rule, one.Series, want.At)
				if fmt.Sprint(got) != fmt.Sprint(want.For) {
					t.Errorf("minute %d, %s: fires for %q, not for %q", want.At, want.Alert, got, want.For)
				}
			}
		})
	}
	for name := range rules {
		if !told[name] {
			t.Errorf("no scenario makes %s fire", name)
		}
	}
}

func readRules(t *testing.T) map[string]rulefmt.Rule {
	groups, errs := rulefmt.ParseFile(alertsFile, false, model.UTF8Validation)
	for _, err := range errs {
		t.Fatal(err)
	}
	rules := map[string]rulefmt.Rule{}
	for _, group := range groups.Groups {
		for _, rule := range group.Rules {
			rules[rule.Alert] = rule
		}
	}
	return rules
}

func readScenarios(t *testing.T) []scenario {
	text, err := os.ReadFile("scenarios.yml")
	if err != nil {
		t.Fatal(err)
	}
	var scenarios []scenario
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&scenarios); err != nil {
		t.Fatal(err)
	}
	return scenarios
}

// firing says for which label sets the expression held in each minute from `at` back to the rule's `for`.
func firing(t *testing.T, rule rulefmt.Rule, series map[string]string, at int) []string {
	var load strings.Builder
	load.WriteString("load 1m\n")
	for name, values := range series {
		fmt.Fprintf(&load, "  %s %s\n", name, values)
	}
	storage := promqltest.LoadedStorage(t, load.String())
	engine := promqltest.NewTestEngine(t, false, 5*time.Minute, 100_000)
	held := map[string]int{}
	var last []string
	minutes := int(time.Duration(rule.For).Minutes())
	for minute := at - minutes; minute <= at; minute++ {
		query, err := engine.NewInstantQuery(t.Context(), storage, nil, rule.Expr, time.Unix(int64(minute)*60, 0))
		if err != nil {
			t.Fatal(err)
		}
		result := query.Exec(t.Context())
		vector, err := result.Vector()
		if err != nil {
			t.Fatal(err)
		}
		last = labelsOf(vector)
		for _, labels := range last {
			held[labels]++
		}
		query.Close()
	}
	var fires []string
	for _, labels := range last {
		if held[labels] == minutes+1 {
			fires = append(fires, labels)
		}
	}
	return fires
}

func labelsOf(vector promql.Vector) []string {
	texts := []string{}
	for _, sample := range vector {
		texts = append(texts, sample.Metric.DropReserved(func(name string) bool { return name == "__name__" }).String())
	}
	return texts
}
