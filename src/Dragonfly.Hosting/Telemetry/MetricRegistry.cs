// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Diagnostics.Metrics;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>
/// Collects the measurements of one role's meters and writes them as Prometheus text. It listens to meters that the role's
/// <see cref="IMeterFactory"/> made, so that roles which share a process (standalone, test clusters) do not see each other's.
/// Instruments carry the original's full names (<c>dragonfly_client_download_task_total</c>); bucket limits come from the instrument's advice.
/// Thread safe: the listener serializes publication, each series has its own lock.
/// </summary>
internal sealed class MetricRegistry : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly SortedList<string, MetricFamily> _families = new(StringComparer.Ordinal);

    /// <summary>Starts listening.</summary>
    /// <param name="scope">The factory whose meters are collected.</param>
    public MetricRegistry(IMeterFactory scope)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope) && instrument.Meter.Name.StartsWith("Dragonfly", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument, Add(instrument));
            }
        };
        // The number types that an instrument may have and ours have; one method for all of them would be compiled at each start.
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Writes everything in the Prometheus text format, version 0.0.4.</summary>
    /// <param name="output">Gets UTF-8.</param>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var text = new PrometheusWriter(output);
        lock (_gate)
        {
            foreach (var family in _families.Values)
            {
                family.BeginCollection();
            }

            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values)
            {
                family.WriteTo(text);
            }
        }
    }

    /// <summary>Forgets all measurements, as the original's <c>DELETE /metrics</c>.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            foreach (var family in _families.Values)
            {
                family.Reset();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private MetricFamily Add(Instrument instrument)
    {
        var name = PrometheusWriter.Name(instrument.Name);
        lock (_gate)
        {
            if (!_families.TryGetValue(name, out var family))
            {
                family = new MetricFamily(name, instrument);
                _families.Add(name, family);
            }

            return family;
        }
    }
}
