// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Dragonfly.Cli.Wire;

namespace Dragonfly.Cli.Output;

/// <summary>A stream for people: knows whether it is a terminal, and colours only then.</summary>
/// <remarks>The console's own writers are not used: setting up their encoding and terminal description costs more than a cached download.</remarks>
internal sealed class Terminal(Stream stream, bool interactive, bool coloured, int width)
{
    /// <summary>Whether a person looks at it.</summary>
    public bool Interactive { get; } = interactive;

    /// <summary>Columns.</summary>
    public int Width { get; } = width;

    /// <summary>Standard error.</summary>
    public static Terminal OfStandardError(Func<string, string?> environment)
    {
        bool interactive = !Console.IsErrorRedirected && environment("TERM") is not (null or "" or "dumb");
        bool coloured = interactive && string.IsNullOrEmpty(environment("NO_COLOR"));
        return new Terminal(Console.OpenStandardError(), interactive, coloured, interactive ? FindWidth(environment) : 80);
    }

    /// <summary>Writes text to any stream, at once.</summary>
    public static void Write(Stream stream, string text)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush();
        }
        catch (IOException)
        {
            // Nobody reads any more; the exit code still says how it went.
        }
    }

    /// <summary>Writes text.</summary>
    public void Write(string text) => Write(stream, text);

    /// <summary>Shows a failure: what, and when the origin said it, its headers.</summary>
    public void WriteError(string message, OriginAnswer? origin)
    {
        var text = new StringBuilder();
        text.Append(coloured ? "\e[1;31mdfget:\e[0m " : "dfget: ").Append(Printable(message)).Append('\n');
        foreach ((string name, string value) in origin?.Headers ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Printable(name)}: {Printable(value)}\n");
        }

        Write(text.ToString());
    }

    /// <summary>Text without control characters: what an origin says must not drive the terminal.</summary>
    public static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)) : text;

    private static int FindWidth(Func<string, string?> environment)
    {
        if (int.TryParse(environment("COLUMNS"), out int columns) && columns > 0)
        {
            return columns;
        }

        try
        {
            return Math.Max(20, Console.WindowWidth);
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
