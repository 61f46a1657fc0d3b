package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/desk"
)

// writeMetrics shows the figures of a window.
func writeMetrics(w *World, ask *desk.MetricsAsk, m *desk.Metrics) error {
	title := m.From + " to " + m.To
	if ask.Team != "" {
		title += " · team " + visible(ask.Team)
	}
	if ask.Asset != "" {
		title += " · " + visible(ask.Asset)
	}
	fmt.Fprintln(w.Stdout, title)
	found := m.Found.Before.Count + m.Found.Running.Count + m.Found.Production.Count
	t := table(w, "")
	for _, row := range [][3]string{
		{"Median time to a proved fix", lasted(m.Remedy.All.Verified.Median), plural(m.Remedy.All.Count, "fix", "fixes")},
		{"Median time to an answer", lasted(m.Answer.All.Time.Median), fmt.Sprintf("%d wait for one", m.Answer.All.Waiting.Count)},
		{"Fixes that came back", percent(m.Return.Share), fmt.Sprintf("%d of %d", m.Return.Yes.Count, m.Return.Yes.Count+m.Return.No.Count)},
		{"Found before production", percent(m.Found.Share), fmt.Sprintf("%d of %d", m.Found.Before.Count, found)},
		{"Secrets found", fmt.Sprint(m.Secrets.Found.Count), fmt.Sprintf("%d revoked, %d active", m.Secrets.Revoked.Count, m.Secrets.Active.Count)},
		{"Time spent in gates", lasted(int64(m.Gates.Minutes * 60)), fmt.Sprintf("%s, %d blocked, %d warned", plural(m.Gates.Runs, "run", "runs"), m.Gates.Blocked, m.Gates.Warned)},
	} {
		fmt.Fprintln(t, strings.Join(row[:], "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	writeWeeks(w, m.Weeks)
	for _, s := range []section{remedySection(&m.Remedy), answerSection(&m.Answer), keptSection(m), ageSection(m.Ages), noiseSection("RULE", m.NoiseRules), noiseSection("TOOL", m.NoiseTools)} {
		if err := s.write(w); err != nil {
			return err
		}
	}
	return nil
}

// section is a table of figures. One without rows is not shown.
type section struct {
	title, head string
	rows        [][]string
}

func (s *section) add(cells ...any) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = visible(fmt.Sprint(c))
	}
	s.rows = append(s.rows, row)
}

func (s *section) write(w *World) error {
	if len(s.rows) == 0 {
		return nil
	}
	fmt.Fprintf(w.Stdout, "\n%s\n", s.title)
	t := table(w, s.head)
	for _, row := range s.rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	return t.Flush()
}

// writeWeeks draws what came and what went.
func writeWeeks(w *World, weeks []desk.Week) {
	var opened, closed []int
	came, went := 0, 0
	for _, week := range weeks {
		opened, closed = append(opened, week.Opened.Count), append(closed, week.Closed.Count)
		came, went = came+week.Opened.Count, went+week.Closed.Count
	}
	top := max(slices.Max(append(opened, 0)), slices.Max(append(closed, 0)))
	fmt.Fprintf(w.Stdout, "\nWeek by week, from that of %s\n", weekOf(weeks))
	fmt.Fprintf(w.Stdout, "opened  %s  %d\nclosed  %s  %d\n", spark(opened, top), came, spark(closed, top), went)
}

func weekOf(weeks []desk.Week) string {
	if len(weeks) == 0 {
		return "today"
	}
	return weeks[0].Monday
}

func remedySection(r *desk.Remedies) section {
	s := section{title: "Time to a proved fix", head: "OF\tFIXED\tMEDIAN\tMEAN\t9 OF 10\tTO THE CLAIM\tMONTHS"}
	add := func(name string, one *desk.Remedy) {
		if one.Count == 0 {
			return
		}
		var months []int
		for _, m := range one.Months {
			months = append(months, int(m.Verified.Median))
		}
		s.add(name, one.Count, lasted(one.Verified.Median), lasted(one.Verified.Mean), lasted(one.Verified.P90), lasted(one.Claimed.Median), spark(months, slices.Max(append(months, 0))))
	}
	add("all", &r.All)
	for i := range r.Levels {
		add(r.Levels[i].Name, &r.Levels[i])
	}
	for i := range r.Teams {
		add(teamOrNobody(r.Teams[i].Name), &r.Teams[i])
	}
	return s
}

func answerSection(a *desk.Answers) section {
	s := section{title: "Time to an answer", head: "OF\tANSWERED\tMEDIAN\tMEAN\t9 OF 10\tWAITING"}
	add := func(name string, one *desk.Answer) {
		if one.Answered.Count+one.Waiting.Count > 0 {
			s.add(name, one.Answered.Count, lasted(one.Time.Median), lasted(one.Time.Mean), lasted(one.Time.P90), one.Waiting.Count)
		}
	}
	add("all", &a.All)
	for i := range a.Levels {
		add(a.Levels[i].Name, &a.Levels[i])
	}
	for i := range a.Teams {
		add(teamOrNobody(a.Teams[i].Name), &a.Teams[i])
	}
	return s
}

func keptSection(m *desk.Metrics) section {
	s := section{title: "Deadlines kept", head: "OF\tKEPT\tIN TIME\tLATE\tSTILL OPEN"}
	add := func(name string, k *desk.Kept) {
		if k.Share != nil {
			s.add(name, percent(k.Share), k.Kept.Count, k.Late.Count, k.Overdue.Count)
		}
	}
	for i := range m.Kept {
		add(m.Kept[i].Name, &m.Kept[i])
	}
	for i := range m.KeptTeams {
		add(teamOrNobody(m.KeptTeams[i].Name), &m.KeptTeams[i])
	}
	return s
}

func ageSection(ages []desk.Age) section {
	s := section{title: "How old what is active is", head: "AGE\tACTIVE\tCRITICAL\tHIGH\tMEDIUM\tLOW"}
	for _, a := range ages {
		if a.Count > 0 {
			s.rows = append(s.rows, []string{a.Name, fmt.Sprint(a.Count), levelsOf(a.Levels)})
		}
	}
	return s
}

// maxNoise is how many rules or tools are named; JSON has all.
const maxNoise = 10

func noiseSection(of string, noise []desk.Noise) section {
	s := section{title: strings.ToUpper(of[:1]) + strings.ToLower(of[1:]) + "s that are wrong most surely", head: of + "\tWRONG\tAT LEAST\tOF DECIDED\tACTIVE NOW"}
	for _, n := range noise[:min(len(noise), maxNoise)] {
		s.add(n.Name, percent(&n.Share), percent(&n.AtLeast), n.Decided.Count, n.Active.Count)
	}
	return s
}

// writeOverview shows what to look at first.
func writeOverview(w *World, o *desk.Overview) error {
	var levels []string
	for _, l := range o.Levels {
		levels = append(levels, fmt.Sprintf("%d %s", l.Count, l.Name))
	}
	fmt.Fprintln(w.Stdout, strings.TrimSuffix(fmt.Sprintf("%d to do: %s", o.Active.Count, strings.Join(levels, ", ")), ": "))
	fmt.Fprintf(w.Stdout, "%d overdue, %d due within a week, %d came back, %d nobody's\n", o.Overdue.Count, o.Soon.Count, o.Returned.Count, o.Unowned.Count)
	fmt.Fprintf(w.Stdout, "In the last seven days %d new, %d verified as fixed\n", o.New.Count, o.Verified.Count)
	writeTrend(w, o.Trend)
	teams := section{title: "Teams", head: "TEAM\tTO DO\tCRITICAL\tHIGH\tMEDIUM\tLOW\tOVERDUE"}
	for _, t := range o.Teams {
		teams.rows = append(teams.rows, []string{visible(t.Name), fmt.Sprint(t.Count), levelsOf(t.Levels), fmt.Sprint(t.Overdue.Count)})
	}
	if err := teams.write(w); err != nil {
		return err
	}
	if len(o.First) > 0 {
		fmt.Fprint(w.Stdout, "\nFix first\n")
	}
	for i := range o.First {
		writeRow(w, &o.First[i].Row)
		fmt.Fprintf(w.Stdout, "%22s%s\n", "", visible(o.First[i].Because))
	}
	stale := section{title: fmt.Sprintf("Silent for longer than usual (%d)", o.StaleTotal), head: "TOOL\tASSET\tLOOKED\tUSUALLY EVERY"}
	for _, s := range o.Stale {
		stale.add(s.Tool, strings.TrimSpace(s.Asset+" "+s.Ref), s.Looked.Format(time.DateOnly), lasted(s.Usual))
	}
	return stale.write(w)
}

// trendStep is how many days one sign of the trend stands for.
const trendStep = 3

// writeTrend draws how many were active, up to today.
func writeTrend(w *World, days []desk.TrendDay) {
	if len(days) == 0 {
		return
	}
	var all, worst []int
	for i := (len(days) - 1) % trendStep; i < len(days); i += trendStep {
		all, worst = append(all, days[i].Total()), append(worst, days[i].Critical+days[i].High)
	}
	fmt.Fprintf(w.Stdout, "\nActive, from %s to %s\n", days[0].Day, days[len(days)-1].Day)
	for _, line := range []struct {
		name   string
		values []int
	}{{"all", all}, {"critical and high", worst}} {
		fmt.Fprintf(w.Stdout, "%-17s  %s  %d, was %d\n", line.name, spark(line.values, slices.Max(line.values)), line.values[len(line.values)-1], line.values[0])
	}
}

// spark draws numbers as bars of a height from 0 to top; what is more than nothing is higher than nothing.
func spark(values []int, top int) string {
	bars := []rune("▁▂▃▄▅▆▇█")
	out := make([]rune, len(values))
	for i, v := range values {
		n := 0
		if v > 0 && top > 0 {
			n = max(1, min(v, top)*(len(bars)-1)/top)
		}
		out[i] = bars[n]
	}
	return string(out)
}

// lasted says a length of time, in seconds, as the pages say it.
func lasted(seconds int64) string {
	switch f := float64(seconds); {
	case seconds == 0:
		return "-"
	case f < 3600:
		return fmt.Sprintf("%.0f min", max(f/60, 1))
	case f < 2*86400:
		return fmt.Sprintf("%.1f h", f/3600)
	case f < 10*86400:
		return fmt.Sprintf("%.1f d", f/86400)
	default:
		return fmt.Sprintf("%.0f d", f/86400)
	}
}

// percent says a share; nil is that of nothing.
func percent(share *float64) string {
	if share == nil {
		return "-"
	}
	if p := *share * 100; p > 0 && p < 9.95 {
		return fmt.Sprintf("%.1f%%", p)
	}
	return fmt.Sprintf("%.0f%%", *share*100)
}

// teamOrNobody names a team as figures do.
func teamOrNobody(name string) string {
	if name == "none" {
		return "nobody's"
	}
	return "team " + name
}
