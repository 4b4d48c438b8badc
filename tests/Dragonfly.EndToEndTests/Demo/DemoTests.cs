// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Demo;

/// <summary>The command a newcomer types first: right bytes everywhere, the origin read once, nothing left behind.</summary>
public sealed class DemoTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task All_peers_get_the_right_bytes_and_the_origin_is_read_once()
    {
        using TestFolder folder = new();
        ProcessResult result = await RunningProgram.RunAsync("dragonfly", ["demo", "--json", "--size", "16MiB"], Limit, In(folder));
        result.ShouldSucceed();
        JsonElement facts = JsonDocument.Parse(result.Output).RootElement;
        Assert.True(facts.GetProperty("ok").GetBoolean());
        Assert.Equal(4, facts.GetProperty("peers").GetArrayLength());
        Assert.All(facts.GetProperty("peers").EnumerateArray(), peer => Assert.True(peer.GetProperty("equal").GetBoolean()));
        Assert.InRange(facts.GetProperty("origin_bytes").GetInt64(), 16 << 20, (16 << 20) + (4 << 20));
        Assert.Equal(4L * (16 << 20), facts.GetProperty("without_dragonfly_bytes").GetInt64());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path, "dragonfly-demo-*"));
    }

    [Fact]
    public async Task Interrupt_while_it_is_kept_leaves_nothing_behind()
    {
        using TestFolder folder = new();
        await using RunningProgram demo = RunningProgram.Start(
            PublishedPrograms.PathOf("dragonfly"), ["demo", "--keep", "--size", "1MiB", "--peers", "2"], In(folder));
        await demo.WaitForOutputAsync("stays up until Ctrl-C", Limit);
        Assert.Contains("50% saved", demo.Output, StringComparison.Ordinal);
        demo.Signal(ProcessSignal.Interrupt);
        ProcessResult result = await demo.WaitForExitAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path, "dragonfly-demo-*"));
    }

    [Fact]
    public async Task A_URL_of_the_user_is_downloaded_on_all_peers_and_its_digest_is_checked()
    {
        using TestFolder folder = new();
        await using var origin = ScriptedOrigin.Start();
        OriginPath file = origin.Add("/file", TestContent.Random(1, 9 << 20));
        ProcessResult result = await RunningProgram.RunAsync(
            "dragonfly", ["demo", origin.UrlOf("/file"), "--json", "--peers", "2", "--digest", $"sha256:{file.Content.Sha256}"], Limit, In(folder));
        result.ShouldSucceed();
        JsonElement facts = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(origin.UrlOf("/file"), facts.GetProperty("url").GetString());
        Assert.Equal(2, facts.GetProperty("peers").GetArrayLength());
        Assert.All(facts.GetProperty("peers").EnumerateArray(), peer => Assert.Equal(file.Content.Sha256, peer.GetProperty("sha256").GetString()));
        Assert.Equal(file.BodyBytesSent, facts.GetProperty("origin_bytes").GetInt64());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_URL_that_the_origin_does_not_have_fails_with_its_reason_and_boasts_of_nothing()
    {
        using TestFolder folder = new();
        await using var origin = ScriptedOrigin.Start();
        origin.Add("/file", TestContent.Random(1, 10)).FailAlways(404);
        ProcessResult result = await RunningProgram.RunAsync("dragonfly", ["demo", origin.UrlOf("/file"), "--peers", "1"], Limit, In(folder));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("404 Not Found. Check the URL.", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("saved", result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Interrupt_while_it_downloads_leaves_neither_processes_nor_folders()
    {
        using TestFolder folder = new();
        await using var origin = ScriptedOrigin.Start();
        OriginPath file = origin.Add("/file", TestContent.Random(1, 9 << 20));
        file.HangAfterBytes = 1 << 20;
        await using RunningProgram demo = RunningProgram.Start(
            PublishedPrograms.PathOf("dragonfly"), ["demo", origin.UrlOf("/file"), "--peers", "2"], In(folder));
        await file.WaitForRequestsAsync(1);
        Assert.NotEmpty(ProcessesIn(folder));
        demo.Signal(ProcessSignal.Interrupt);
        ProcessResult result = await demo.WaitForExitAsync();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("interrupted", result.Errors, StringComparison.Ordinal);
        Assert.Empty(ProcessesIn(folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        file.Release();
    }

    [Theory]
    [InlineData("--sise", "unknown flag")]
    [InlineData("--peers=0", "from 1 to 50")]
    [InlineData("no-url", "no URL")]
    [InlineData("ftp://host/file", "no http or https URL")]
    [InlineData("http://host/folder/", "names a folder")]
    public async Task Mistakes_are_one_line_with_exit_code_2(string argument, string message)
    {
        ProcessResult result = await RunningProgram.RunAsync("dragonfly", ["demo", argument]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    /// <summary>Ids of the processes whose command line names something below a folder.</summary>
    private static List<string> ProcessesIn(TestFolder folder) =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(process => char.IsAsciiDigit(Path.GetFileName(process)[0])).Where(process =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(folder.Path + "/", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
                return false;
            }
        }),
    ];

    private static Dictionary<string, string> In(TestFolder folder) => new() { ["TMPDIR"] = folder.Path };
}
