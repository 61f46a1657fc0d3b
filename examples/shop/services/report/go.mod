module tea.example/shop-report

go 1.23

require golang.org/x/crypto v0.30.0
