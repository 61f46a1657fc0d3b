package web

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// mouse sends an event of the mouse at a place of the window.
func (b *browser) mouse(kind input.DispatchMouseEventType, x, y float64) {
	b.t.Helper()
	b.call(func(ctx context.Context) error {
		p := input.DispatchMouseEventParams{Type: kind, X: x, Y: y}
		if kind != input.DispatchMouseEventTypeMouseMoved {
			p.Button, p.ClickCount = input.MouseButtonLeft, 1
		}
		_, err := chromedp.Call(ctx, input.DispatchMouseEvent, p)
		return err
	})
}

// TestBrowser_trendLeadsToThePast clicks on a day of the chart, and goes on from that day by keys.
func TestBrowser_trendLeadsToThePast(t *testing.T) {
	h := newHouse(t)
	h.furnish()
	b := newBrowser(t, h)
	b.open("/")
	b.wait("the chart is drawn", `document.querySelector("figure.chart .u-over") !== null`)
	at := ask[[]float64](b, `(() => { const r = document.querySelector("figure.chart .u-over").getBoundingClientRect(); return [r.left + r.width / 3, r.top + r.height / 2]; })()`)
	b.mouse(input.DispatchMouseEventTypeMouseMoved, at[0], at[1])
	b.wait("the chart says which day it is", `/\d/.test(document.querySelector("figure.chart .u-legend .u-value").textContent)`)
	b.mouse(input.DispatchMouseEventTypeMousePressed, at[0], at[1])
	b.mouse(input.DispatchMouseEventTypeMouseReleased, at[0], at[1])
	b.wait("the day shows", `location.pathname === "/past" && /^\?on=2026-\d\d-\d\d$/.test(location.search) && document.querySelector("h1").textContent.includes(location.search.slice(4))`)

	b.press("j", "j")
	b.wait("the second row is here", here+` === 1`)
	b.press("Enter")
	b.wait("the finding shows", `/^\/findings\/\d+$/.test(location.pathname)`)
	if faults := b.blame(); len(faults) > 0 {
		t.Errorf("it went wrong: %v", faults)
	}
}

func TestBrowser_packagesAreFoundByKeys(t *testing.T) {
	h := newHouse(t)
	h.furnish()
	b := newBrowser(t, h)
	b.open("/packages")
	b.wait("the field has the focus", `document.activeElement.name === "q"`)
	b.write("log4j-core")
	b.press("Enter")
	b.wait("holders show", `location.search === "?q=log4j-core" && [...document.querySelectorAll("tbody a.level")].some((a) => a.textContent.includes("CVE-2021-44228"))`)
	b.do(chromedp.Click(chromedp.CSS(`tbody a[href*="/packages?ref="]`)))
	b.wait("the bill shows", `/^\/assets\/\d+\/packages$/.test(location.pathname) && document.querySelector("input[name=text]").value.includes("log4j-core") && document.querySelectorAll("tbody tr").length === 1`)
	if faults := b.blame(); len(faults) > 0 {
		t.Errorf("it went wrong: %v", faults)
	}
}
