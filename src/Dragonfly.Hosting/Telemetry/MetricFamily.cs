// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>All series of one metric. Thread safe: one short lock around every change and the writing.</summary>
internal sealed class MetricFamily
{
    // More label values than this mean that something unbounded (a URL, a peer id) became a label; the rest is summed in one series.
    private const int MostSeries = 2000;

    // Seconds, the client libraries' usual limits; instruments with other units bring advice.
    private static readonly double[] DefaultLimits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly string _name;
    private readonly string _help;
    private readonly string _type;
    private readonly bool _isObserved;
    private readonly bool _isSum;
    private readonly double[]? _limits;

    /// <summary>Makes the family of an instrument.</summary>
    /// <param name="name">Its Prometheus name.</param>
    /// <param name="instrument">The instrument.</param>
    public MetricFamily(string name, Instrument instrument)
    {
        _name = name;
        _help = instrument.Description ?? name;
        _isObserved = instrument.IsObservable;
        var kind = instrument.GetType().Name;
        _type = kind switch
        {
            _ when kind.StartsWith("Histogram", StringComparison.Ordinal) => "histogram",
            "Counter`1" or "ObservableCounter`1" => "counter",
            _ => "gauge",
        };
        _isSum = kind is "Counter`1" or "UpDownCounter`1";
        _limits = _type == "histogram" ? LimitsOf(instrument) : null;
    }

    /// <summary>Takes a measurement.</summary>
    /// <param name="value">The value.</param>
    /// <param name="tags">Its labels.</param>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = PrometheusWriter.Labels(tags);
        lock (_gate)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                labels = _series.Count < MostSeries ? labels : "overflow=\"true\"";
                if (!_series.TryGetValue(labels, out series))
                {
                    series = new MetricSeries(_limits);
                    _series.Add(labels, series);
                }
            }

            if (_limits is not null)
            {
                series.Observe(value);
            }
            else if (_isSum)
            {
                series.Value += value;
            }
            else
            {
                series.Value = value;
            }
        }
    }

    /// <summary>Forgets observed values, which are about to be asked for anew: a series that is gone must not stay.</summary>
    public void BeginCollection()
    {
        if (_isObserved)
        {
            Reset();
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _series.Clear();
        }
    }

    /// <summary>Writes the family.</summary>
    /// <param name="text">Gets the text.</param>
    public void WriteTo(PrometheusWriter text)
    {
        lock (_gate)
        {
            if (_series.Count == 0)
            {
                return;
            }

            text.Header(_name, _type, _help);
            foreach (var (labels, series) in _series)
            {
                if (_limits is null)
                {
                    text.Sample(_name, labels, series.Value);
                }
                else
                {
                    series.WriteHistogram(text, _name, labels);
                }
            }
        }
    }

    private static double[] LimitsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } limits } => [.. limits],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } limits } => [.. limits.Select(limit => (double)limit)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } limits } => [.. limits.Select(limit => (double)limit)],
        _ => DefaultLimits,
    };
}
