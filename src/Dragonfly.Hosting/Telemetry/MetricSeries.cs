// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>One series: a value, or the buckets of a histogram. Guarded by its family.</summary>
/// <param name="limits">The upper limits of the buckets; null for a single value.</param>
internal sealed class MetricSeries(double[]? limits)
{
    private readonly long[] _buckets = new long[limits is null ? 0 : limits.Length + 1];
    private double _sum;

    /// <summary>The value of a counter or gauge.</summary>
    public double Value { get; set; }

    /// <summary>Counts a value in its bucket.</summary>
    /// <param name="value">The value.</param>
    public void Observe(double value)
    {
        _sum += value;
        var bucket = Array.FindIndex(limits!, limit => value <= limit);
        _buckets[bucket < 0 ? limits!.Length : bucket]++;
    }

    /// <summary>Writes the buckets, which Prometheus wants cumulative, the sum and the count.</summary>
    /// <param name="text">Gets the text.</param>
    /// <param name="name">The family's name.</param>
    /// <param name="labels">The labels of this series.</param>
    public void WriteHistogram(PrometheusWriter text, string name, string labels)
    {
        var separator = labels.Length > 0 ? "," : "";
        long count = 0;
        for (var i = 0; i < _buckets.Length; i++)
        {
            count += _buckets[i];
            var limit = i < limits!.Length ? limits[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            text.Sample(name + "_bucket", $"{labels}{separator}le=\"{limit}\"", count);
        }

        text.Sample(name + "_sum", labels, _sum);
        text.Sample(name + "_count", labels, count);
    }
}
