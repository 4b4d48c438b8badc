// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>
/// Drops the pages of mapped program files from this process: half of an idle daemon's resident memory is code that only its start needed. The
/// pages stay in the system's cache; one that is used again comes back by a minor fault, without the disk. Linux only.
/// Only pages that still are the file's are dropped: a private copy holds relocated data, which cannot be read again. Copies are made
/// while a file is being loaded, so that a mapping is touched only when it was there at the last call, seconds ago. Used by one thread.
/// </summary>
internal sealed partial class CodePages
{
    // madvise(2)
    private const int DontNeed = 4;

    // Documentation/admin-guide/mm/pagemap.rst: bit 63 is "present", bit 61 is "page of a file or shared".
    private const ulong PresentFilePage = (1UL << 63) | (1UL << 61);

    private HashSet<string> _known = [];

    /// <summary>Remembers what is mapped now, for the next <see cref="Release"/>.</summary>
    public void Remember() => _known = [.. FixedMappings()];

    /// <summary>Drops what can be dropped, and remembers what is mapped now.</summary>
    /// <returns>The number of bytes dropped.</returns>
    public long Release()
    {
        var mappings = FixedMappings();
        long released = 0;
        if (mappings.Count > 0)
        {
            using var pages = new FileStream("/proc/self/pagemap", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            foreach (var line in mappings.Where(_known.Contains))
            {
                released += ReleaseMapping(line, pages.SafeFileHandle);
            }
        }

        _known = [.. mappings];
        return released;
    }

    /// <summary>The lines of proc(5)'s maps that are files nobody may write: <c>7f2c8a000000-7f2c8a021000 r-xp 00000000 08:01 1234   /usr/lib/x.so</c>.</summary>
    private static List<string> FixedMappings() =>
        !OperatingSystem.IsLinux() || !File.Exists("/proc/self/pagemap")
            ? []
            : [.. File.ReadLines("/proc/self/maps").Where(line =>
                (line.Contains(" r--p ", StringComparison.Ordinal) || line.Contains(" r-xp ", StringComparison.Ordinal) || line.Contains(" r--s ", StringComparison.Ordinal))
                && line.Contains(" /", StringComparison.Ordinal)
                && !line.EndsWith("(deleted)", StringComparison.Ordinal))];

    private static long ReleaseMapping(string line, Microsoft.Win32.SafeHandles.SafeFileHandle pages)
    {
        var dash = line.IndexOf('-', StringComparison.Ordinal);
        var start = long.Parse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var end = long.Parse(line.AsSpan(dash + 1, line.IndexOf(' ', StringComparison.Ordinal) - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        long size = Environment.SystemPageSize;
        var entries = new ulong[(end - start) / size];
        var read = RandomAccess.Read(pages, MemoryMarshal.AsBytes(entries.AsSpan()), start / size * sizeof(ulong));
        long released = 0;
        var run = 0;
        for (var i = 0; i <= read / sizeof(ulong); i++)
        {
            if (i < read / sizeof(ulong) && (entries[i] & PresentFilePage) == PresentFilePage)
            {
                run++;
            }
            else if (run > 0)
            {
                var length = run * size;
                released += Advise((nint)(start + (i * size) - length), (nuint)length, DontNeed) == 0 ? length : 0;
                run = 0;
            }
        }

        return released;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint address, nuint length, int advice);
}
