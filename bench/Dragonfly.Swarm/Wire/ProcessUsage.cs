// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Swarm.Wire;

/// <summary>What a process has used so far, from /proc.</summary>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="PeakBytes">Highest resident set.</param>
internal readonly record struct ProcessUsage(double CpuSeconds, long PeakBytes)
{
    // USER_HZ, fixed in the kernel's interface to user space.
    private const double TicksPerSecond = 100;

    public static ProcessUsage Of(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var peak = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return new ProcessUsage(ticks / TicksPerSecond, long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10);
    }

    /// <summary>Resident memory now, in bytes.</summary>
    public static long ResidentBytes(int pid)
    {
        var resident = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal));
        return long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }

    /// <summary>CPU time of the children of this process that have ended and were waited for.</summary>
    public static double EndedChildren()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
