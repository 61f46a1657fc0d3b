package image

import (
	"strings"
	"time"
)

// ended is the last day on which everybody got a distribution's security updates: paid extensions do not count, Debian's LTS
// does. The days are those of the distributions' own pages, as of August 2026. A release that is not here is not judged.
func ended(r *release) (day time.Time, known bool) {
	days, whole := endDays(r.id)
	version := r.version
	if whole { // the releases within a major version live as long as it does
		version, _, _ = strings.Cut(version, ".")
	} else if parts := strings.SplitN(version, ".", 3); len(parts) == 3 {
		version = parts[0] + "." + parts[1]
	}
	text, ok := days[version]
	if !ok {
		return time.Time{}, false
	}
	day, err := time.Parse(time.DateOnly, text)
	return day, err == nil
}

// endDays gives the last days of a distribution's releases, and whether these are named by their major version alone.
func endDays(id string) (days map[string]string, whole bool) {
	switch id {
	case "debian":
		return debianDays(), true
	case "ubuntu":
		return ubuntuDays(), false
	case "alpine":
		return alpineDays(), false
	case "centos":
		return map[string]string{"5": "2017-03-31", "6": "2020-11-30", "7": "2024-06-30", "8": "2021-12-31"}, true
	case "centos-stream":
		return map[string]string{"8": "2024-05-31", "9": "2027-05-31", "10": "2030-05-31"}, true
	case "rhel":
		return map[string]string{"5": "2017-03-31", "6": "2020-11-30", "7": "2024-06-30", "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"}, true
	case "rocky", "almalinux":
		return map[string]string{"8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"}, true
	case "ol":
		return map[string]string{"6": "2021-03-31", "7": "2024-12-31", "8": "2029-07-31", "9": "2032-06-30"}, true
	case "amzn":
		return map[string]string{
			"2014": "2023-12-31", "2015": "2023-12-31", "2016": "2023-12-31", "2017": "2023-12-31", "2018": "2023-12-31",
			"2": "2026-06-30", "2023": "2029-06-30",
		}, true
	case "fedora":
		return fedoraDays(), true
	case "opensuse-leap", "opensuse":
		return leapDays(), false
	case "sles":
		return slesDays(), false
	case "mariner":
		return map[string]string{"1.0": "2023-07-31", "2.0": "2025-07-31"}, false
	}
	return nil, false
}

func debianDays() map[string]string {
	return map[string]string{
		"6": "2016-02-29", "7": "2018-05-31", "8": "2020-06-30", "9": "2022-06-30", "10": "2024-06-30",
		"11": "2026-08-31", "12": "2028-06-30", "13": "2030-06-30",
	}
}

func ubuntuDays() map[string]string {
	return map[string]string{
		"12.04": "2017-04-28", "14.04": "2019-04-30", "16.04": "2021-04-30", "16.10": "2017-07-20", "17.04": "2018-01-13", "17.10": "2018-07-19",
		"18.04": "2023-05-31", "18.10": "2019-07-18", "19.04": "2020-01-23", "19.10": "2020-07-17", "20.04": "2025-05-31", "20.10": "2021-07-22",
		"21.04": "2022-01-20", "21.10": "2022-07-14", "22.04": "2027-06-01", "22.10": "2023-07-20", "23.04": "2024-01-25", "23.10": "2024-07-12",
		"24.04": "2029-05-31", "24.10": "2025-07-10", "25.04": "2026-01-17", "25.10": "2026-07-31", "26.04": "2031-04-30",
	}
}

func alpineDays() map[string]string {
	return map[string]string{
		"3.3": "2017-11-01", "3.4": "2018-05-01", "3.5": "2018-11-01", "3.6": "2019-05-01", "3.7": "2019-11-01", "3.8": "2020-05-01",
		"3.9": "2020-11-01", "3.10": "2021-05-01", "3.11": "2021-11-01", "3.12": "2022-05-01", "3.13": "2022-11-01", "3.14": "2023-05-01",
		"3.15": "2023-11-01", "3.16": "2024-05-23", "3.17": "2024-11-22", "3.18": "2025-05-09", "3.19": "2025-11-01", "3.20": "2026-04-01",
		"3.21": "2026-11-01", "3.22": "2027-05-01", "3.23": "2027-11-01", "3.24": "2028-06-01",
	}
}

func fedoraDays() map[string]string {
	return map[string]string{
		"30": "2020-05-26", "31": "2020-11-24", "32": "2021-05-25", "33": "2021-11-30", "34": "2022-06-07", "35": "2022-12-13", "36": "2023-05-16",
		"37": "2023-12-05", "38": "2024-05-21", "39": "2024-11-26", "40": "2025-05-13", "41": "2025-12-15", "42": "2026-05-27", "43": "2026-12-09",
		"44": "2027-06-02",
	}
}

func leapDays() map[string]string {
	return map[string]string{
		"42.1": "2017-05-17", "42.2": "2018-01-26", "42.3": "2019-07-01", "15.0": "2019-12-03", "15.1": "2021-02-02", "15.2": "2022-01-04",
		"15.3": "2022-12-31", "15.4": "2023-12-07", "15.5": "2024-12-31", "15.6": "2026-04-30", "16.0": "2027-10-31",
	}
}

func slesDays() map[string]string {
	return map[string]string{
		"11.4": "2019-03-31", "12.3": "2019-06-30", "12.4": "2020-06-30", "12.5": "2024-10-31", "15": "2019-12-31", "15.1": "2021-01-31",
		"15.2": "2021-12-31", "15.3": "2022-12-31", "15.4": "2023-12-31", "15.5": "2024-12-31", "15.6": "2025-12-31", "15.7": "2031-07-31",
	}
}
