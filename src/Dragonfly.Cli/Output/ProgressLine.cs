// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Dragonfly.Cli.Output;

/// <summary>Draws one line of progress; pure, so that tests can look at it.</summary>
internal static class ProgressLine
{
    private const int WidestBar = 30;
    private const int NarrowestBar = 8;

    /// <summary>Makes the line, at most <paramref name="width"/> columns.</summary>
    /// <param name="name">What is downloaded.</param>
    /// <param name="received">Bytes so far.</param>
    /// <param name="total">Bytes in all; null or 0 while unknown.</param>
    /// <param name="elapsed">Since the start.</param>
    /// <param name="sources">Bytes from local, peers and origin, in that order.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static string Render(string name, ulong received, ulong? total, TimeSpan elapsed, (ulong Local, ulong Peers, ulong Origin) sources, int width)
    {
        double speed = elapsed > TimeSpan.Zero ? received / elapsed.TotalSeconds : 0;
        bool known = total is > 0;
        double share = known ? Math.Min(1, (double)received / total!.Value) : 0;
        string amount = known
            ? $"{Math.Floor(share * 100),3}% {ByteText.Size(received)}/{ByteText.Size(total!.Value)}"
            : ByteText.Size(received);
        string pace = received > 0 ? $" {ByteText.Speed(speed)}" : "";
        string eta = known && received > 0 && received < total ? $" ETA {ByteText.Time(TimeSpan.FromSeconds((total!.Value - received) / speed))}" : "";
        string from = $" local {ByteText.Size(sources.Local)} · peers {ByteText.Size(sources.Peers)} · origin {ByteText.Size(sources.Origin)}";

        // Least important first: the name shrinks, then the sources go, then the bar.
        string tail = amount + pace + eta;
        int room = width - 1 - tail.Length - from.Length;
        if (room < NarrowestBar + 3)
        {
            from = "";
            room = width - 1 - tail.Length;
        }

        int bar = known ? Math.Min(WidestBar, Math.Max(0, Math.Min(room - 3, room / 2))) : 0;
        string drawn = bar >= NarrowestBar ? $"[{Bar(share, bar)}] " : "";
        string shown = Fit(name, room - drawn.Length - 1);
        string line = (shown.Length > 0 ? shown + " " : "") + drawn + tail + from;
        return line.Length < width ? line : line[..Math.Max(0, width - 1)];
    }

    private static string Bar(double share, int width)
    {
        int full = (int)(share * width);
        var bar = new StringBuilder(width).Append('=', full);
        return full == width ? bar.ToString() : bar.Append('>').Append(' ', width - full - 1).ToString();
    }

    private static string Fit(string name, int room) => room <= 0 ? "" : name.Length <= room ? name : room < 4 ? "" : "…" + name[^(room - 1)..];
}
