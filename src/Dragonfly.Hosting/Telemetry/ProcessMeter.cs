// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>What the process itself uses, under the names that Prometheus dashboards know. Read when asked for.</summary>
internal static class ProcessMeter
{
    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">The role's meters.</param>
    public static void Create(IMeterFactory meters)
    {
        var meter = meters.Create("Dragonfly.Process");
        meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet, description: "Resident memory in bytes.");
        meter.CreateObservableCounter(
            "process_cpu_seconds_total", () => Environment.CpuUsage.TotalTime.TotalSeconds, description: "CPU time used, in seconds.");
        meter.CreateObservableGauge("process_threads", () => ThreadPool.ThreadCount, description: "Threads of the pool.");
        meter.CreateObservableGauge("process_open_fds", CountDescriptors, description: "Open file descriptors.");
        meter.CreateObservableGauge("process_start_time_seconds", StartTime, description: "Start of the process, in seconds since 1970.");
        meter.CreateObservableGauge(
            "dotnet_gc_heap_size_bytes", () => GC.GetGCMemoryInfo().HeapSizeBytes, description: "Managed heap at the last collection, in bytes.");
        meter.CreateObservableCounter(
            "dotnet_gc_collections_total",
            () => Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation =>
                new Measurement<long>(GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", generation))),
            description: "Garbage collections by generation.");
    }

    private static int CountDescriptors() =>
        Directory.Exists("/proc/self/fd") ? Directory.EnumerateFiles("/proc/self/fd").Count() : 0;

    private static double StartTime()
    {
        using var self = Process.GetCurrentProcess();
        return (self.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }
}
