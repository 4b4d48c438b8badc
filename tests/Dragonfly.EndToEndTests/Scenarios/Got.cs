// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>What a download with <c>dfget --json</c> came to. Immutable.</summary>
/// <param name="Output">The output's path.</param>
/// <param name="Sha256">SHA-256 of the output; null when there is none.</param>
/// <param name="Process">How dfget ended.</param>
/// <param name="Daemon">The daemon that was asked, for messages.</param>
public sealed record Got(string Output, string? Sha256, ProcessResult Process, RunningRole Daemon)
{
    /// <summary>dfget's exit code.</summary>
    public int ExitCode => Process.ExitCode;

    /// <summary>dfget's last event.</summary>
    public JsonElement Result => JsonDocument.Parse(Process.Output.TrimEnd().Split('\n')[^1]).RootElement;

    /// <summary>The reason of a failure.</summary>
    public string Error => Result.TryGetProperty("error", out var error) ? error.GetString()! : Process.Errors;

    /// <summary>Bytes that came from one kind of source.</summary>
    /// <param name="source">"local", "peers" or "origin".</param>
    /// <returns>How many.</returns>
    public long BytesFrom(string source) => Result.GetProperty($"bytes_{source}").GetInt64();

    /// <summary>Looks at an output.</summary>
    /// <param name="output">Its path.</param>
    /// <param name="process">How dfget ended.</param>
    /// <param name="daemon">The daemon that was asked.</param>
    /// <returns>What came of it.</returns>
    public static async Task<Got> OfAsync(string output, ProcessResult process, RunningRole daemon) =>
        new(output, File.Exists(output) ? await FileDigest.Sha256Async(output) : null, process, daemon);

    /// <summary>Fails the test unless dfget succeeded with exactly this content.</summary>
    /// <param name="content">The content.</param>
    /// <returns>This.</returns>
    public Got ShouldBe(TestContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}\n{Process.Errors}\n{Tail}");
        Assert.True(Sha256 == content.Sha256, $"the output is not the expected content ({new FileInfo(Output).Length} bytes of {content.Length})\n{Tail}");
        return this;
    }

    /// <summary>Fails the test unless dfget failed and left no output.</summary>
    /// <param name="exitCode">With this exit code.</param>
    /// <returns>This.</returns>
    public Got ShouldFail(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, expected {exitCode}: {Error}\n{Tail}");
        Assert.Null(Sha256);
        return this;
    }

    /// <summary>The daemon's last words.</summary>
    public string Tail => Daemon.Name + " says: " + (Daemon.Process.Output + Daemon.Process.Errors) switch
    {
        { Length: > 6000 } text => text[^6000..],
        var text => text,
    };
}
