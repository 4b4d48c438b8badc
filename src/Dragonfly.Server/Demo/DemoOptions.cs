// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Core.Digests;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Units;

namespace Dragonfly.Server.Demo;

/// <summary>The command line of <c>dragonfly demo</c>.</summary>
internal sealed record DemoOptions
{
    /// <summary>What the help says.</summary>
    public const string Help =
        """
        dragonfly demo: a whole cluster on this machine, and one download by all of its peers

        usage: dragonfly demo [URL] [--size SIZE] [--peers N] [--digest ALG:TEXT] [--no-manager] [--keep] [--json]

        Starts a manager, a scheduler, a seed peer and some peers as processes on loopback, with free ports and a temporary folder. Without a
        URL it serves generated content itself. All peers download at once with dfget; then the table says how long each took and where its
        bytes came from. Exit code 0 only when every peer has the right bytes. Nothing is left behind.

          --size SIZE     how much to generate (default 256MiB)
          --peers N       how many peers (default 4)
          --digest D      what the content of URL must have, such as sha256:...
          --no-manager    peers find the scheduler in a local file instead
          --keep          leave the cluster running until Ctrl-C, and say what to try next
          --json          print the facts as one JSON object

        """;

    /// <summary>What to download; null generates content.</summary>
    public string? Url { get; private init; }

    /// <summary>How much to generate.</summary>
    public ByteSize Size { get; private init; } = ByteSize.FromMiB(256);

    /// <summary>How many peers.</summary>
    public int Peers { get; private init; } = 4;

    /// <summary>What the content of the URL must have.</summary>
    public string? Digest { get; private init; }

    /// <summary>Whether to do without a manager.</summary>
    public bool NoManager { get; private init; }

    /// <summary>Whether to leave the cluster running.</summary>
    public bool Keep { get; private init; }

    /// <summary>Whether to print JSON.</summary>
    public bool Json { get; private init; }

    /// <summary>Reads the arguments after <c>demo</c>.</summary>
    /// <exception cref="DragonflyException">They cannot be understood.</exception>
    public static DemoOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new DemoOptions();
        for (int place = 0; place < arguments.Length; place++)
        {
            string word = arguments[place];
            int equals = word.StartsWith("--", StringComparison.Ordinal) ? word.IndexOf('=', StringComparison.Ordinal) : -1;
            string name = equals < 0 ? word : word[..equals];
            string Value(ReadOnlySpan<string> all) =>
                equals >= 0 ? word[(equals + 1)..] : ++place < all.Length ? all[place] : throw Usage($"{name} needs a value");
            options = name switch
            {
                "--no-manager" => options with { NoManager = true },
                "--keep" => options with { Keep = true },
                "--json" => options with { Json = true },
                "--size" => options with { Size = ParseSize(Value(arguments)) },
                "--peers" => options with { Peers = ParsePeers(Value(arguments)) },
                "--digest" => options with { Digest = ParseDigest(Value(arguments)) },
                _ when name.StartsWith('-') => throw Usage($"unknown flag '{name}'; flags are --size, --peers, --digest, --no-manager, --keep, --json"),
                _ when options.Url is not null => throw Usage($"only one URL is wanted; '{name}' is a second one"),
                _ => options with { Url = ParseUrl(name) },
            };
        }

        return options;
    }

    private static ByteSize ParseSize(string text) =>
        ByteSize.TryParse(text, out ByteSize size) && size.Bytes > 0 ? size : throw Usage($"--size is '{text}', must be a size such as 256MiB");

    private static int ParsePeers(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int peers) && peers is >= 1 and <= 50
            ? peers
            : throw Usage($"--peers is '{text}', must be a number from 1 to 50");

    private static string ParseDigest(string text) =>
        ContentDigest.TryParse(text, out _) ? text : throw Usage($"--digest is '{text}', must be such as sha256:<64 hex digits>");

    private static string ParseUrl(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || !text.Contains("://", StringComparison.Ordinal) ? throw Usage($"'{text}' is no URL")
        : url.Scheme is not ("http" or "https") ? throw Usage($"'{text}' is no http or https URL, which are what the demo's peers can fetch")
        : url.AbsolutePath.EndsWith('/') ? throw Usage($"'{text}' names a folder; the demo downloads one file")
        : text;

    private static DragonflyException Usage(string detail) => new Failure(FailureKind.Invalid, FailureSource.Caller, detail).ToException();
}
