// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Swarm.Wire;

/// <summary>What to measure.</summary>
internal sealed record WireOptions
{
    /// <summary>Sizes in GiB.</summary>
    public double[] Sizes { get; init; } = [1, 2, 4, 8];

    /// <summary>Rounds per size; odd, so that a median is one of them.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>"memory" (/dev/shm) and "disk".</summary>
    public string[] Places { get; init; } = ["memory", "disk"];

    /// <summary>"raw" (two stores and the piece path alone), "swarm" (published programs, dfget), "tls" (raw over mutual TLS).</summary>
    public string[] Paths { get; init; } = ["raw", "swarm", "tls"];

    /// <summary>Pieces under way at once on the raw path.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Where the table goes; empty for nowhere.</summary>
    public string Output { get; init; } = "bench/results/wire.md";

    public static WireOptions Parse(string[] words)
    {
        var options = new WireOptions();
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            var values = words[i + 1].Split(',');
            options = words[i] switch
            {
                "--sizes" => options with { Sizes = [.. values.Select(value => double.Parse(value, CultureInfo.InvariantCulture))] },
                "--rounds" => options with { Rounds = int.Parse(words[i + 1], CultureInfo.InvariantCulture) },
                "--where" => options with { Places = values },
                "--paths" => options with { Paths = values },
                "--connections" => options with { Connections = int.Parse(words[i + 1], CultureInfo.InvariantCulture) },
                "--output" => options with { Output = words[i + 1] },
                _ => throw new ArgumentException($"unknown option {words[i]}"),
            };
        }

        return options;
    }
}
