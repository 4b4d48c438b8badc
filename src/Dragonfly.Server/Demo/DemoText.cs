// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Dragonfly.Server.Demo;

/// <summary>Draws the demo's lines and its table; pure.</summary>
internal static class DemoText
{
    private const int BarWidth = 24;
    private const int LeastBarWidth = 8;
    private const int NameWidth = 8;

    // Of "local 999 MiB · peers 99.9 MiB · origin 999 MiB", so that a bar does not come and go as numbers grow.
    private const int WidestSources = 47;
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Such as <c>256 MiB</c>.</summary>
    public static string Size(double bytes)
    {
        int unit = 0;
        for (; bytes >= 1000 && unit < Units.Length - 1; unit++)
        {
            bytes /= 1024;
        }

        return bytes.ToString(unit == 0 || bytes >= 99.95 ? "0" : bytes >= 9.995 ? "0.0" : "0.00", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>Such as <c>0.41 s</c>.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " s";

    /// <summary>One peer while it downloads. A narrow terminal gets a short bar or none, and no word of local bytes when there are none.</summary>
    /// <param name="download">The download.</param>
    /// <param name="width">How many characters there is room for.</param>
    public static string Line(DemoDownload download, int width = int.MaxValue)
    {
        double share = download.Total > 0 ? Math.Min(1, (double)download.Received / download.Total) : 0;
        double speed = download.Elapsed > TimeSpan.Zero ? download.Received / download.Elapsed.TotalSeconds : 0;
        string left = download.Ended ? "done in " + Seconds(download.Elapsed)
            : speed > 0 && download.Total > 0 ? "ETA " + Seconds(TimeSpan.FromSeconds((download.Total - download.Received) / speed))
            : "waiting";
        string numbers = string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 100),3}% {Size(speed) + "/s",10} {left,-15}");
        string sources = $"peers {Size(download.Peers)} · origin {Size(download.Origin)}";
        string all = $"local {Size(download.Local)} · {sources}";
        int room = width - (NameWidth + numbers.Length + 6) - Math.Max(all.Length, WidestSources);
        if (room < LeastBarWidth && download.Local == 0)
        {
            all = sources;
        }

        return $"  {download.Peer.PadRight(NameWidth)} {(room < LeastBarWidth ? "" : Bar(share, Math.Min(room, BarWidth)) + " ")}{numbers} {all}";
    }

    /// <summary>The table of results.</summary>
    public static string Table(IReadOnlyList<DemoDownload> downloads, string expected)
    {
        string[][] rows =
        [
            ["peer", "time", "speed", "local", "from peers", "from origin", "SHA-256"],
            .. downloads.Select(download => new[]
            {
                download.Peer,
                Seconds(download.Elapsed),
                Size(download.Received / Math.Max(download.Elapsed.TotalSeconds, 1e-6)) + "/s",
                Size(download.Local),
                Size(download.Peers),
                Size(download.Origin),
                Verdict(download, expected),
            }),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            // Names and verdicts to the left, numbers to the right.
            IEnumerable<string> cells = row.Select((cell, column) => column is 0 or 6 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            text.Append("  ").AppendLine(string.Join("  ", cells).TrimEnd());
        }

        return text.ToString();
    }

    /// <summary>How many peers there are.</summary>
    /// <param name="count">The number.</param>
    public static string Peers(int count) => count == 1 ? "1 peer" : $"{count} peers";

    /// <summary>The line that matters.</summary>
    /// <param name="origin">Bytes that the origin sent.</param>
    /// <param name="size">Bytes of the content.</param>
    /// <param name="peers">How many downloaded it.</param>
    public static string Saving(long origin, long size, int peers)
    {
        if (size == 0)
        {
            return "Nothing was downloaded, so there is nothing to compare.";
        }

        long without = size * peers;
        double saved = without > 0 ? 1 - ((double)origin / without) : 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The origin sent {Size(origin)} ({(size > 0 ? (double)origin / size : 0):0.00} × the file) instead of {Size(without)} ({peers} ×): {Math.Max(0, saved) * 100:0}% saved.");
    }

    private static string Bar(double share, int width)
    {
        width -= 2;
        int full = (int)(share * width);
        return $"[{new string('=', full)}{(full < width ? ">" : "")}{new string(' ', Math.Max(0, width - full - 1))}]";
    }

    private static string Verdict(DemoDownload download, string expected) =>
        download.ExitCode != 0 ? $"failed ({download.ExitCode}): {download.Error}"
        : download.Sha256 == expected ? "equal " + expected[..8]
        : "DIFFERS";
}
