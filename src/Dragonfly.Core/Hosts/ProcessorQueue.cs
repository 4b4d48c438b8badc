// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Core.Hosts;

/// <summary>Whether more is waiting for this machine's processors than they can take in good time: then whoever is late need not be frozen.</summary>
/// <remarks>
/// Linux tells how many threads want a processor at this moment: the "25" of <c>7.04 3.48 2.99 25/236 31479</c> (proc(5), loadavg). An instant's number is wanted:
/// averages (the load, the pressure of PSI) still look back at an idle machine when twenty programs have just been started.
/// </remarks>
public static class ProcessorQueue
{
    /// <summary>
    /// So many threads for each processor are a long queue. Below it everybody waits for one other's turn at most, a few milliseconds (the kernel's slice);
    /// an answer is some such turns away, and patience is counted in tenths of a second.
    /// </summary>
    private const int LongPerProcessor = 2;

    /// <summary>All of the machine, as the queue is: what this process may use of it (a container's share) can be less.</summary>
    private static readonly int Processors = Math.Max(Environment.ProcessorCount, Count("/proc/stat"));

    /// <summary>Looks.</summary>
    /// <returns>True for a long queue; false where it cannot be seen.</returns>
    public static bool IsLong()
    {
        try
        {
            return IsLong(File.ReadAllText("/proc/loadavg"), Processors);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads one line of <c>/proc/loadavg</c>.</summary>
    /// <param name="loadavg">The line.</param>
    /// <param name="processors">Processors of the machine.</param>
    /// <returns>True for a long queue; false for one that is not, or a line that is none.</returns>
    internal static bool IsLong(string loadavg, int processors) =>
        loadavg.Split(' ') is [_, _, _, var threads, ..]
        && threads.Split('/') is [var wanting, _]
        && int.TryParse(wanting, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && count > LongPerProcessor * processors;

    private static int Count(string stat)
    {
        try
        {
            // "cpu" is their sum, "cpu0" the first.
            return File.ReadLines(stat).TakeWhile(line => line.StartsWith("cpu", StringComparison.Ordinal)).Count() - 1;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
