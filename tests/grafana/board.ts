// A board as Grafana 10.4 and 11 publish it (`schemaVersion` 39), as narrow as it can be said: every kind of panel with the
// options and the fields of its own plugin.
import type {
  AnnotationQuery,
  Dashboard,
  FieldConfig,
  FieldConfigSource,
  Panel,
  RowPanel,
  VariableModel,
} from '@grafana/schema/dist/esm/veneer/dashboard.types';
import type { GraphFieldConfig, TableFieldOptions } from '@grafana/schema';
import type { PrometheusDataQuery } from '@grafana/schema/dist/esm/raw/composable/prometheus/dataquery/x/PrometheusDataQuery_types.gen';
import type * as bargauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as states from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as lines from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** A type as JSON has it: the values of enumerations instead of their names. */
type Plain<T> = [unknown] extends [T]
  ? T
  : T extends string
    ? `${T}`
    : T extends number
      ? `${T}` extends `${infer N extends number}`
        ? N
        : never
      : T extends boolean | null | undefined
        ? T
        : T extends Array<infer E>
          ? Array<Plain<E>>
          : T extends object
            ? { [K in keyof T]: Plain<T[K]> }
            : T;

/** Only the fields that are named: what is published leaves room for any, by which nothing would be wrong. */
type Fields<F> = Omit<FieldConfigSource, 'defaults'> & { defaults: Omit<FieldConfig, 'custom'> & { custom?: F } };

type Of<K extends string, O, F> = Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  type: K;
  options: O;
  fieldConfig: Fields<F>;
  targets: PrometheusDataQuery[];
};

type AnyPanel =
  | RowPanel
  | Of<'timeseries', lines.Options, GraphFieldConfig>
  | Of<'stat', stat.Options, never>
  | Of<'table', table.Options, Partial<TableFieldOptions>>
  | Of<'bargauge', bargauge.Options, never>
  | Of<'state-timeline', states.Options, states.FieldConfig>
  | Of<'heatmap', heatmap.Options, heatmap.FieldConfig>;

/** What Prometheus's plugin keeps beside the fields of every annotation. */
interface Events extends AnnotationQuery {
  expr: string;
  step?: string;
  tagKeys?: string;
  textFormat?: string;
  titleFormat?: string;
}

/** What choices of values and of lengths keep beside the fields of every variable. */
interface Variable extends VariableModel {
  definition?: string;
  auto?: boolean;
}

export type Board = Plain<
  Omit<Dashboard, 'panels' | 'annotations' | 'templating'> & {
    panels: AnyPanel[];
    annotations: { list: Events[] };
    templating: { list: Variable[] };
  }
>;
