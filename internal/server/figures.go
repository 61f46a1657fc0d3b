package server

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

// operator is who asks for figures: somebody who may read everything and write nothing.
var operator = access.Principal{Name: "metrics", Title: "metrics", Grants: []access.Grant{{Role: access.Auditor}}}

const (
	// figuresEvery is how long figures are told again before they are read anew, figuresTimeout how long reading them may take.
	figuresEvery   = 10 * time.Second
	figuresTimeout = 8 * time.Second
)

// figures tells Prometheus about the register.
type figures struct {
	desk *desk.Desk
	took *prometheus.HistogramVec

	mu   sync.Mutex
	last desk.Gauges
	err  error
	at   time.Time
}

// Figures makes the figures of a register, for Server.Register. From then on the desk tells its imports here.
func Figures(d *desk.Desk) prometheus.Collector {
	f := &figures{desk: d, took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "reeve_import_seconds", Help: "How long imports took in this process, by what came of them.",
		Buckets: []float64{.01, .03, .1, .3, 1, 3, 10, 30, 100, 300},
	}, []string{"outcome"})}
	for _, o := range desk.Outcomes() {
		f.took.WithLabelValues(o) // so that a rate is 0 and not absent
	}
	d.OnImport(func(outcome string, took time.Duration) { f.took.WithLabelValues(outcome).Observe(took.Seconds()) })
	return f
}

// gauge is one figure that is read when it is asked for.
type gauge struct {
	*prometheus.Desc
	tell func(send func(value float64, labels ...string), g *desk.Gauges)
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("reeve_"+name, help, labels, nil)
}

func gauges() []gauge {
	return []gauge{
		{describe("findings_open", "Active findings by level.", "level"), func(send func(float64, ...string), g *desk.Gauges) {
			for level, n := range g.Open {
				send(float64(n), level)
			}
		}},
		{describe("findings_overdue", "Active findings past their day."), func(send func(float64, ...string), g *desk.Gauges) { send(float64(g.Overdue)) }},
		{describe("log_head", "Number of the last event of the log."), func(send func(float64, ...string), g *desk.Gauges) { send(float64(g.Head)) }},
		{describe("log_head_timestamp_seconds", "When the last event was written; 0 where there is none."), func(send func(float64, ...string), g *desk.Gauges) {
			if g.HeadAt.IsZero() {
				send(0)
				return
			}
			send(float64(g.HeadAt.UnixMilli()) / 1000)
		}},
		{describe("jobs", "Jobs by state, of all replicas.", "state"), func(send func(float64, ...string), g *desk.Gauges) { each(send, g.Jobs) }},
		{describe("deliveries", "Deliveries to hooks by state, of all replicas.", "state"), func(send func(float64, ...string), g *desk.Gauges) { each(send, g.Deliveries) }},
		{describe("database_bytes", "Size of the database."), func(send func(float64, ...string), g *desk.Gauges) { send(float64(g.Bytes)) }},
		{describe("index_findings", "Findings that the index in memory holds."), func(send func(float64, ...string), g *desk.Gauges) { send(float64(g.Rows)) }},
		{describe("index_lag_events", "Events that the index was behind the log when it was asked for these figures."), func(send func(float64, ...string), g *desk.Gauges) { send(float64(g.Lag)) }},
	}
}

func each(send func(float64, ...string), by map[string]int64) {
	for state, n := range by {
		send(float64(n), state)
	}
}

func up() *prometheus.Desc {
	return describe("database_up", "1 where the database answered with these figures, 0 where it did not and they are left out.", "kind")
}

// Describe is prometheus.Collector's.
func (f *figures) Describe(to chan<- *prometheus.Desc) {
	f.took.Describe(to)
	to <- up()
	for _, g := range gauges() {
		to <- g.Desc
	}
}

// Collect is prometheus.Collector's.
func (f *figures) Collect(to chan<- prometheus.Metric) {
	f.took.Collect(to)
	now, err := f.read()
	kind, answered := f.desk.Register().Store().Kind(), 1.0
	if err != nil {
		answered = 0
	}
	to <- prometheus.MustNewConstMetric(up(), prometheus.GaugeValue, answered, kind)
	if err != nil {
		return
	}
	for _, g := range gauges() {
		g.tell(func(value float64, labels ...string) {
			to <- prometheus.MustNewConstMetric(g.Desc, prometheus.GaugeValue, value, labels...)
		}, &now)
	}
}

// read asks the desk, but not more often than makes sense.
func (f *figures) read() (desk.Gauges, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.at.IsZero() && time.Since(f.at) < figuresEvery {
		return f.last, f.err
	}
	ctx, cancel := context.WithTimeout(context.Background(), figuresTimeout)
	defer cancel()
	f.last, f.err = f.desk.Gauges(ctx, operator)
	f.at = time.Now()
	return f.last, f.err
}
