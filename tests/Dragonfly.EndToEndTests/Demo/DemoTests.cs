// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Demo;

/// <summary>The command a newcomer types first: right bytes everywhere, the origin read once, nothing left behind.</summary>
public sealed class DemoTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task All_peers_get_the_right_bytes_and_the_origin_is_read_once()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("demo-test-");
        ProcessResult result = await RunningProgram.RunAsync("dragonfly", ["demo", "--json", "--size", "16MiB"], Limit, In(folder));
        result.ShouldSucceed();
        JsonElement facts = JsonDocument.Parse(result.Output).RootElement;
        Assert.True(facts.GetProperty("ok").GetBoolean());
        Assert.Equal(4, facts.GetProperty("peers").GetArrayLength());
        Assert.All(facts.GetProperty("peers").EnumerateArray(), peer => Assert.True(peer.GetProperty("equal").GetBoolean()));
        Assert.InRange(facts.GetProperty("origin_bytes").GetInt64(), 16 << 20, (16 << 20) + (4 << 20));
        Assert.Equal(4L * (16 << 20), facts.GetProperty("without_dragonfly_bytes").GetInt64());
        Assert.Empty(folder.EnumerateFileSystemInfos("dragonfly-demo-*"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Interrupt_while_it_is_kept_leaves_nothing_behind()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("demo-test-");
        await using RunningProgram demo = RunningProgram.Start(
            PublishedPrograms.PathOf("dragonfly"), ["demo", "--keep", "--size", "1MiB", "--peers", "2"], In(folder));
        await demo.WaitForOutputAsync("stays up until Ctrl-C", Limit);
        Assert.Contains("50% saved", demo.Output, StringComparison.Ordinal);
        demo.Signal(ProcessSignal.Interrupt);
        ProcessResult result = await demo.WaitForExitAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(folder.EnumerateFileSystemInfos("dragonfly-demo-*"));
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("--sise", "unknown flag")]
    [InlineData("--peers=0", "from 1 to 50")]
    [InlineData("no-url", "no URL")]
    public async Task Mistakes_are_one_line_with_exit_code_2(string argument, string message)
    {
        ProcessResult result = await RunningProgram.RunAsync("dragonfly", ["demo", argument]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> In(DirectoryInfo folder) => new() { ["TMPDIR"] = folder.FullName };
}
