// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Cli.Output;

namespace Dragonfly.Cli.Get;

/// <summary>Turns arguments and environment into <see cref="GetOptions"/>.</summary>
/// <remarks>
/// Written by hand because a library for it would take longer to load than a cached download takes. It accepts what the original's parser
/// accepts: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>, <c>-nvalue</c>, <c>-n=value</c>, joined switches, and <c>--</c>.
/// </remarks>
internal sealed class GetArguments
{
    private readonly GetOptions _options = new();
    private readonly GetFlag[] _flags = GetFlags.All();

    private GetArguments()
    {
    }

    /// <summary>Reads the environment, then the arguments, which win.</summary>
    /// <exception cref="ToolException">With <see cref="ExitCode.Usage"/>: what cannot be understood.</exception>
    public static GetOptions Parse(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var parser = new GetArguments();
        parser.ReadEnvironment(environment);
        parser.Read(arguments);
        GetOptions options = parser._options;
        if (!options.Help && !options.Version)
        {
            CheckCombination(options);
        }

        return options;
    }

    private static void CheckCombination(GetOptions options)
    {
        if (options.List is not null)
        {
            Require(options.Url is null && options.Output is null, "--input-file names URLs and outputs itself: give no <URL> and no --output");
            Require(!options.Recursive, "--recursive and --input-file do not go together");
            Require(options.Digest is null, "--digest is for one file; --input-file has many");
            return;
        }

        Require(options.Url is not null, "the argument <URL> is missing");
        Require(options.Output is not null, "--output <PATH> is missing");
        CheckUrl(options.Url!);
    }

    /// <summary>A URL must be absolute.</summary>
    internal static void CheckUrl(string url)
    {
        int colon = url.IndexOf(':', StringComparison.Ordinal);
        bool scheme = colon > 0 && char.IsAsciiLetter(url[0]) && url.AsSpan(0, colon).IndexOfAnyExcept(SchemeLetters) < 0;
        Require(scheme, $"invalid value '{url}' for '<URL>': relative URL without a base");
        Require(url[colon..] is not (":" or ":/" or "://"), $"invalid value '{url}' for '<URL>': empty host");
        Require(HasPossiblePort(url.AsSpan(colon + 1)), $"invalid value '{url}' for '<URL>': invalid port number");
    }

    private static bool HasPossiblePort(ReadOnlySpan<char> rest)
    {
        if (!rest.StartsWith("//"))
        {
            return true;
        }

        rest = rest[2..];
        int end = rest.IndexOfAny("/?#");
        ReadOnlySpan<char> authority = end < 0 ? rest : rest[..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..];

        // The colons of [::1] are not before a port.
        ReadOnlySpan<char> tail = authority[(authority.LastIndexOf(']') + 1)..];
        int colon = tail.LastIndexOf(':');
        ReadOnlySpan<char> port = colon < 0 ? default : tail[(colon + 1)..];
        return port.IsEmpty || ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    private static readonly System.Buffers.SearchValues<char> SchemeLetters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ToolException(ExitCode.Usage, message);
        }
    }

    private void ReadEnvironment(Func<string, string?> environment)
    {
        foreach (GetFlag flag in _flags)
        {
            if (flag.Environment is { } name && environment(name) is { Length: > 0 } value)
            {
                Apply(flag, value, name);
            }
        }
    }

    private void Read(IReadOnlyList<string> arguments)
    {
        bool onlyPositional = false;
        for (int place = 0; place < arguments.Count; place++)
        {
            string argument = arguments[place];
            if (onlyPositional || argument.Length < 2 || argument[0] != '-')
            {
                Require(_options.Url is null, $"unexpected argument '{argument}'");
                _options.Url = argument;
            }
            else if (argument == "--")
            {
                onlyPositional = true;
            }
            else if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                place += ReadLong(argument[2..], arguments, place);
            }
            else
            {
                place += ReadShort(argument, arguments, place);
            }
        }
    }

    private int ReadLong(string text, IReadOnlyList<string> arguments, int place)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        GetFlag? flag = Array.Find(_flags, known => known.Long == name);
        Require(flag is not null, $"unexpected argument '--{name}'{Suggest(name)}");
        if (!flag!.TakesValue)
        {
            Require(equals < 0, $"--{name} takes no value");
            Apply(flag, "true", $"--{name}");
            return 0;
        }

        return equals >= 0 ? ApplyHere(flag, text[(equals + 1)..], $"--{name}") : ApplyNext(flag, arguments, place, $"--{name}");
    }

    private int ReadShort(string text, IReadOnlyList<string> arguments, int place)
    {
        for (int at = 1; at < text.Length; at++)
        {
            char letter = text[at];
            GetFlag? flag = Array.Find(_flags, known => known.Short == letter);
            Require(flag is not null, $"unexpected argument '-{letter}'");
            if (flag!.TakesValue)
            {
                string rest = text[(at + 1)..];
                return rest.Length > 0
                    ? ApplyHere(flag, rest[0] == '=' ? rest[1..] : rest, $"-{letter}")
                    : ApplyNext(flag, arguments, place, $"-{letter}");
            }

            Apply(flag, "true", $"-{letter}");
        }

        return 0;
    }

    private int ApplyNext(GetFlag flag, IReadOnlyList<string> arguments, int place, string shown)
    {
        Require(place + 1 < arguments.Count, $"{shown} wants a value: {shown} <{flag.Value}>");
        Apply(flag, arguments[place + 1], shown);
        return 1;
    }

    private int ApplyHere(GetFlag flag, string value, string shown)
    {
        Apply(flag, value, shown);
        return 0;
    }

    private void Apply(GetFlag flag, string value, string shown)
    {
        try
        {
            flag.Apply(_options, value);
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new ToolException(ExitCode.Usage, $"invalid value '{value}' for '{shown}': {error.Message}");
        }
    }

    private string Suggest(string name)
    {
        GetFlag? near = _flags.FirstOrDefault(flag => flag.Long.StartsWith(name, StringComparison.Ordinal))
            ?? _flags.FirstOrDefault(flag => Distance(flag.Long, name) <= 2);
        return near is null ? "" : $": did you mean '--{near.Long}'?";
    }

    // Levenshtein, one row at a time.
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
