// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace Dragonfly.Daemon.Announcing;

/// <summary>
/// What is announced of the machine: processor, memory, disk, network and build, in the original's fields. Reads a few files of /proc, no fixed
/// waits: loads are averages since the last look (the original samples for 2.5 s before each announcement). Thread safe.
/// </summary>
internal sealed class HostFacts(string dataFolder, TimeProvider time)
{
    /// <summary>Announced where the interface's speed is not known, as on loopback; the original's number, in bits a second.</summary>
    private const ulong UnknownBandwidth = 400_000_000_000;

    private readonly Lock _gate = new();
    private (double Busy, double Total) _cpu;
    private (TimeSpan Cpu, long At) _process = (Environment.CpuUsage.TotalTime, time.GetTimestamp());
    private (ulong Received, ulong Sent, long At) _traffic = (0, 0, time.GetTimestamp());

    /// <summary>Adds the facts to an announcement.</summary>
    /// <param name="host">The announcement.</param>
    public void Describe(Wire.Host host)
    {
        host.Os = "linux";
        host.Platform = "linux";
        host.PlatformFamily = "unix";
        host.PlatformVersion = ReleaseVersion();
        host.KernelVersion = Environment.OSVersion.Version.ToString();
        host.Cpu = MeasureCpu();
        host.Memory = MeasureMemory();
        host.Disk = MeasureDisk();
        host.Build = new Wire.Build { GitVersion = ThisAssembly.Version, GitCommit = "unknown", Platform = RuntimeInformation.RuntimeIdentifier };
    }

    /// <summary>Measures the network.</summary>
    /// <param name="ip">The advertised address.</param>
    /// <param name="uploadLimit">Bytes a second that this host uploads at most.</param>
    /// <returns>Largest and current bandwidths in bits a second.</returns>
    public Wire.Network MeasureNetwork(IPAddress ip, long uploadLimit)
    {
        lock (_gate)
        {
            // Read under the lock: an older reading that came second would seem to have gone backwards, which is a number beyond all bandwidths.
            var (received, sent) = Traffic();
            var now = time.GetTimestamp();
            var seconds = Math.Max(time.GetElapsedTime(_traffic.At, now).TotalSeconds, 0.05);
            var network = new Wire.Network
            {
                MaxRxBandwidth = UnknownBandwidth,
                MaxTxBandwidth = Math.Min(UnknownBandwidth, (ulong)uploadLimit * 8),
            };
            if (_traffic.Received > 0)
            {
                network.RxBandwidth = Rate(_traffic.Received, received, seconds);
                network.TxBandwidth = Rate(_traffic.Sent, sent, seconds);
            }

            _traffic = (received, sent, now);
            return network;
        }
    }

    private static (ulong Received, ulong Sent) Traffic()
    {
        ulong received = 0;
        ulong sent = 0;
        foreach (var line in ReadLines("/proc/net/dev").Skip(2))
        {
            // "  eth0: bytes packets errs drop fifo frame compressed multicast bytes …", received first (proc(5)).
            var fields = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 8)
            {
                received += ulong.Parse(fields[0], CultureInfo.InvariantCulture);
                sent += ulong.Parse(fields[8], CultureInfo.InvariantCulture);
            }
        }

        return (received, sent);
    }

    /// <summary>Bits a second. An interface that went away takes its bytes off the sum.</summary>
    private static ulong Rate(ulong before, ulong after, double seconds) => after > before ? (ulong)((after - before) * 8 / seconds) : 0;

    private Wire.CPU MeasureCpu()
    {
        var fields = ReadLines("/proc/stat").FirstOrDefault()?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray() ?? [];
        var cpu = new Wire.CPU { LogicalCount = (uint)Environment.ProcessorCount, PhysicalCount = (uint)Environment.ProcessorCount };
        if (fields.Length < 5)
        {
            return cpu;
        }

        lock (_gate)
        {
            var total = fields.Sum();
            var busy = total - fields[3] - fields[4];
            cpu.Percent = total > _cpu.Total ? (busy - _cpu.Busy) / (total - _cpu.Total) * 100 : 0;
            _cpu = (busy, total);
            var now = (Cpu: Environment.CpuUsage.TotalTime, At: time.GetTimestamp());
            cpu.ProcessPercent = (now.Cpu - _process.Cpu) / Max(time.GetElapsedTime(_process.At, now.At)) * 100;
            _process = now;
        }

        return cpu;
    }

    private static TimeSpan Max(TimeSpan elapsed) => elapsed > TimeSpan.FromMilliseconds(1) ? elapsed : TimeSpan.FromMilliseconds(1);

    private static Wire.Memory MeasureMemory()
    {
        var sizes = ReadLines("/proc/meminfo").Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length >= 2)
            .ToDictionary(fields => fields[0], fields => ulong.Parse(fields[1], CultureInfo.InvariantCulture) * 1024, StringComparer.Ordinal);
        var total = sizes.GetValueOrDefault("MemTotal");
        var available = sizes.GetValueOrDefault("MemAvailable");
        var used = total - Math.Min(total, available);
        return new Wire.Memory
        {
            Total = total,
            Available = available,
            Used = used,
            UsedPercent = total == 0 ? 0 : used * 100.0 / total,
            ProcessUsedPercent = total == 0 ? 0 : Environment.WorkingSet * 100.0 / total,
            Free = sizes.GetValueOrDefault("MemFree"),
        };
    }

    private Wire.Disk MeasureDisk()
    {
        try
        {
            var drive = new DriveInfo(dataFolder);
            var used = (ulong)(drive.TotalSize - drive.AvailableFreeSpace);
            return new Wire.Disk
            {
                Total = (ulong)drive.TotalSize,
                Free = (ulong)drive.AvailableFreeSpace,
                Used = used,
                UsedPercent = drive.TotalSize == 0 ? 0 : used * 100.0 / drive.TotalSize,
            };
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return new Wire.Disk();
        }
    }

    private static string ReleaseVersion() =>
        ReadLines("/etc/os-release").FirstOrDefault(line => line.StartsWith("VERSION_ID=", StringComparison.Ordinal))?["VERSION_ID=".Length..].Trim('"') ?? "unknown";

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
