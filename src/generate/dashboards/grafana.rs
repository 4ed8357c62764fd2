//! Grafana's classic model, `schemaVersion` 39: what every version since 11 loads.

use serde_json::{Value, json};

use crate::promql::Expr;
use crate::slo::{BoardVariable, Choice, Limit, Panel, PanelKind, PanelQuery};

/// One board before it is text.
pub(super) struct Sheet {
    pub(super) uid: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) tags: Vec<String>,
    /// What a reader chooses beside the data source.
    pub(super) variables: Vec<Value>,
    pub(super) pictures: Vec<Picture>,
    /// Whose pages are marked in every picture.
    pub(super) pages: Expr,
    /// How far back it looks when it is opened.
    pub(super) from: &'static str,
    /// Named addresses.
    pub(super) links: Vec<(String, String)>,
}

/// A panel with what only our own boards say.
pub(super) struct Picture {
    pub(super) panel: Panel,
    /// In columns of 24, and in lines.
    pub(super) size: (u32, u32),
    /// Where colours change, for pictures with more than one bound.
    pub(super) steps: Vec<(f64, &'static str)>,
    /// The names of the columns of a table, one for each query, with their units.
    pub(super) columns: Vec<(&'static str, &'static str)>,
    /// Labels that are columns too.
    pub(super) labels: Vec<String>,
    /// Over how long it looks, where that is not chosen.
    pub(super) over: Option<(&'static str, &'static str)>,
}

impl From<Panel> for Picture {
    fn from(panel: Panel) -> Self {
        let size = match panel.kind {
            PanelKind::Number => (6, 4),
            PanelKind::Table => (24, 9),
            PanelKind::States => (24, 7),
            PanelKind::Lines | PanelKind::Bars | PanelKind::Heatmap => (12, 8),
        };
        Self { panel, size, steps: Vec::new(), columns: Vec::new(), labels: Vec::new(), over: None }
    }
}

/// The width of a board in columns.
const COLUMNS: u32 = 24;

/// The data source that a reader has chosen.
fn datasource() -> Value {
    json!({"type": "prometheus", "uid": "${datasource}"})
}

impl Sheet {
    /// The text of its file.
    pub(super) fn written(&self) -> String {
        let choices: Vec<Value> =
            [source_choice()].into_iter().chain(self.variables.iter().cloned()).collect();
        let board = json!({
            "tags": self.tags,
            "annotations": {"list": [{
                "datasource": datasource(),
                "enable": true,
                "expr": text(&self.pages, None),
                "hide": false,
                "iconColor": "red",
                "name": "Pages",
                "step": "60s",
                "tagKeys": "severity,tier",
                "textFormat": "{{slo_id}}",
                "titleFormat": "{{alertname}}",
            }]},
            "description": self.description,
            "editable": false,
            "fiscalYearStartMonth": 0,
            "graphTooltip": 1,
            "id": null,
            "links": self.links(),
            "panels": self.panels(),
            "refresh": "1m",
            "schemaVersion": 39,
            "templating": {"list": choices},
            "time": {"from": self.from, "to": "now"},
            "timepicker": {},
            "timezone": "",
            "title": self.title,
            "uid": self.uid,
            "version": 1,
            "weekStart": "",
        });
        format!("{board:#}\n")
    }

    fn links(&self) -> Vec<Value> {
        let boards = json!({
            "asDropdown": true, "icon": "external link", "includeVars": false, "keepTime": true,
            "tags": [super::TAG], "targetBlank": false, "title": "Boards", "tooltip": "", "type": "dashboards", "url": "",
        });
        let named = self.links.iter().map(|(title, url)| {
            json!({
                "asDropdown": false, "icon": "external link", "includeVars": false, "keepTime": false,
                "tags": [], "targetBlank": true, "title": title, "tooltip": "", "type": "link", "url": url,
            })
        });
        [boards].into_iter().chain(named).collect()
    }

    /// The panels in reading order, each at its place.
    fn panels(&self) -> Vec<Value> {
        let mut panels = Vec::new();
        let (mut x, mut y, mut height) = (0, 0, 0);
        for picture in &self.pictures {
            let (wide, high) = picture.size;
            if picture.panel.row.is_some() || x + wide > COLUMNS {
                (x, y, height) = (0, y + height, 0);
            }
            if let Some(title) = &picture.panel.row {
                panels.push(json!({
                    "collapsed": false, "gridPos": {"h": 1, "w": COLUMNS, "x": 0, "y": y}, "id": panels.len() + 1,
                    "panels": [], "title": title, "type": "row",
                }));
                y += 1;
            }
            let place = json!({"h": high, "w": wide, "x": x, "y": y});
            panels.push(picture.written(panels.len() + 1, &place));
            x += wide;
            height = height.max(high);
        }
        panels
    }
}

impl Picture {
    fn written(&self, id: usize, place: &Value) -> Value {
        let panel = &self.panel;
        let mut written = json!({
            "datasource": datasource(),
            "description": panel.description,
            "fieldConfig": {"defaults": self.defaults(), "overrides": self.overrides()},
            "gridPos": place,
            "id": id,
            "options": self.options(),
            "targets": self.targets(),
            "title": panel.title,
            "type": match panel.kind {
                PanelKind::Lines => "timeseries",
                PanelKind::Number => "stat",
                PanelKind::Table => "table",
                PanelKind::Bars => "bargauge",
                PanelKind::States => "state-timeline",
                PanelKind::Heatmap => "heatmap",
            },
        });
        if panel.kind == PanelKind::Table {
            written["transformations"] = self.transformations();
        }
        if let Some((from, step)) = self.over {
            written["timeFrom"] = json!(from);
            written["interval"] = json!(step);
        }
        written
    }

    fn defaults(&self) -> Value {
        let own = match self.panel.limit {
            None => vec![],
            Some(Limit::Above(bound)) => vec![(bound, "red")],
            Some(Limit::Below(bound)) => vec![(bound, "green")],
        };
        let base = match self.panel.limit {
            Some(Limit::Below(_)) => "red",
            _ => "green",
        };
        let (base, steps) = match self.steps.as_slice() {
            [] => (base, own.as_slice()),
            [(_, base), steps @ ..] => (*base, steps),
        };
        let first = json!({"color": base, "value": null});
        let steps = steps.iter().map(|(from, color)| json!({"color": color, "value": from}));
        let steps: Vec<Value> = [first].into_iter().chain(steps).collect();
        let bounded = steps.len() > 1;
        let by_bound = bounded && self.panel.kind != PanelKind::Lines;
        let mut defaults = json!({
            "color": {"mode": if by_bound { "thresholds" } else { "palette-classic" }},
            "thresholds": {"mode": "absolute", "steps": steps},
            "unit": self.panel.unit,
        });
        match self.panel.kind {
            PanelKind::Lines => {
                defaults["custom"] = json!({
                    "axisSoftMin": 0, "drawStyle": "line", "fillOpacity": 10, "lineWidth": 1, "showPoints": "never",
                    "spanNulls": false, "thresholdsStyle": {"mode": if bounded { "line" } else { "off" }},
                });
            }
            PanelKind::States => defaults["custom"] = json!({"fillOpacity": 80, "lineWidth": 0}),
            PanelKind::Table => defaults["custom"] = json!({"align": "auto", "filterable": true}),
            PanelKind::Bars if matches!(self.panel.unit, "percentunit") => defaults["min"] = json!(0),
            _ => {}
        }
        defaults
    }

    /// Each column of a table has its unit.
    fn overrides(&self) -> Vec<Value> {
        let unit = |(name, unit): &(&str, &str)| {
            json!({
                "matcher": {"id": "byName", "options": name},
                "properties": [{"id": "unit", "value": unit}, {"id": "decimals", "value": 2}],
            })
        };
        self.columns.iter().map(unit).collect()
    }

    fn options(&self) -> Value {
        let last = json!({"calcs": ["lastNotNull"], "fields": "", "values": false});
        let legend = json!({"calcs": ["lastNotNull", "max"], "displayMode": "table", "placement": "bottom", "showLegend": true});
        match self.panel.kind {
            PanelKind::Lines => json!({"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}),
            PanelKind::Number => json!({
                "colorMode": "value", "graphMode": "area", "justifyMode": "auto", "orientation": "auto",
                "reduceOptions": last, "showPercentChange": false, "textMode": "auto", "wideLayout": true,
            }),
            PanelKind::Table => {
                let sorted =
                    self.columns.first().map(|(name, _)| json!({"desc": false, "displayName": name}));
                json!({"cellHeight": "sm", "frameIndex": 0, "showHeader": true, "sortBy": sorted.into_iter().collect::<Vec<_>>()})
            }
            PanelKind::Bars => json!({
                "displayMode": "basic", "maxVizHeight": 300, "minVizHeight": 16, "minVizWidth": 8, "namePlacement": "auto",
                "orientation": "horizontal", "reduceOptions": last, "showUnfilled": true, "sizing": "auto", "valueMode": "color",
            }),
            PanelKind::States => json!({
                "alignValue": "left", "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": false},
                "mergeValues": true, "rowHeight": 0.8, "showValue": "never", "tooltip": {"mode": "single", "sort": "none"},
            }),
            PanelKind::Heatmap => json!({
                "calculate": false, "cellGap": 1,
                "color": {
                    "exponent": 0.5, "fill": "dark-orange", "mode": "scheme", "reverse": false, "scheme": "Oranges", "steps": 64,
                },
                "exemplars": {"color": "rgba(255,0,255,0.7)"},
                "legend": {"show": true}, "showValue": "auto", "tooltip": {"mode": "single", "showColorScale": true, "yHistogram": false},
                "yAxis": {"axisPlacement": "left", "reverse": false, "unit": self.panel.unit},
            }),
        }
    }

    fn targets(&self) -> Vec<Value> {
        let at_once = matches!(self.panel.kind, PanelKind::Table | PanelKind::Bars);
        let target = |(i, query): (usize, &PanelQuery)| {
            let format = match (self.panel.kind, query.legend.as_deref()) {
                (PanelKind::Table, _) => "table",
                // Buckets count what is in those before them too; other series are rows as they are.
                (PanelKind::Heatmap, Some("{{le}}")) => "heatmap",
                _ => "time_series",
            };
            json!({
                "datasource": datasource(),
                "editorMode": "code",
                "expr": text(&query.expr, self.panel.window.as_deref()),
                "format": format,
                "instant": at_once,
                "legendFormat": query.legend.as_deref().unwrap_or("__auto"),
                "range": !at_once,
                "refId": reference(i),
            })
        };
        self.panel.queries.iter().enumerate().map(target).collect()
    }

    /// The answers as one table: a row for each set of labels, columns with names.
    fn transformations(&self) -> Value {
        let mut names = serde_json::Map::new();
        let mut places = serde_json::Map::new();
        for (i, label) in self.labels.iter().enumerate() {
            places.insert(label.clone(), json!(i));
        }
        for (i, (name, _)) in self.columns.iter().enumerate() {
            // A single answer has no letter.
            let value =
                if self.columns.len() == 1 { "Value".to_owned() } else { format!("Value #{}", reference(i)) };
            places.insert(value.clone(), json!(self.labels.len() + i));
            names.insert(value, json!(name));
        }
        let hidden = json!({"Time": true, "__name__": true, "slo": true, "slo_service": true});
        json!([
            {"id": "merge", "options": {}},
            {"id": "organize", "options": {"excludeByName": hidden, "indexByName": places, "renameByName": names}},
        ])
    }
}

/// `A`, `B`, … `Z`, `A1`, …
fn reference(i: usize) -> String {
    let letter = char::from(b'A' + (i % 26) as u8);
    if i < 26 { letter.to_string() } else { format!("{letter}{}", i / 26) }
}

/// A query as Grafana asks it: over the time between two points, or as long as a variable says.
fn text(expr: &Expr, window: Option<&str>) -> String {
    expr.to_string().replace("$window", &format!("${}", window.unwrap_or("__rate_interval")))
}

/// The choice of a data source.
fn source_choice() -> Value {
    json!({
        "current": {"selected": false, "text": "", "value": ""}, "hide": 0, "includeAll": false, "label": "Data source", "multi": false, "name": "datasource",
        "options": [], "query": "prometheus", "refresh": 1, "regex": "", "skipUrlSync": false, "type": "datasource",
    })
}

/// A choice of values or lengths.
pub(super) fn choice(variable: &BoardVariable) -> Value {
    match &variable.choice {
        Choice::Values { label, of } => {
            let query = format!("label_values({of}, {label})");
            json!({
                // What lacks the label is among all of them.
                "allValue": ".*", "current": {"selected": true, "text": ["All"], "value": ["$__all"]},
                "datasource": datasource(), "definition": query, "hide": 0, "includeAll": true, "label": variable.label,
                "multi": true, "name": variable.name, "options": [], "query": query, "refresh": 2, "regex": "",
                "skipUrlSync": false, "sort": 1, "type": "query",
            })
        }
        Choice::Lengths(lengths) => {
            let option =
                |(i, length): (usize, &String)| json!({"selected": i == 0, "text": length, "value": length});
            let options: Vec<Value> = lengths.iter().enumerate().map(option).collect();
            json!({
                "auto": false, "current": options.first(), "hide": 0, "label": variable.label, "name": variable.name,
                "options": options, "query": lengths.join(","), "refresh": 2, "skipUrlSync": false, "type": "interval",
            })
        }
    }
}
