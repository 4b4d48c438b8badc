// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Dfget;

/// <summary>The published dfget through a real cluster: outputs, exit codes, lists.</summary>
public sealed class DfgetTests : IAsyncLifetime
{
    private static readonly string WrongDigest = "sha256:" + new string('0', 64);
    private readonly ScriptedOrigin _origin = ScriptedOrigin.Start();
    private ProcessCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await ProcessCluster.StartAsync(plan => plan.Peers = 1);

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Fact]
    public async Task Scenario_5_existing_output_is_kept_unless_the_new_content_is_right()
    {
        TestContent content = TestContent.Random(5, 100_000);
        _origin.Add("/f", content);
        string output = Out("f");
        await File.WriteAllTextAsync(output, "old");

        Assert.Equal(1, (await Get("f", output)).ExitCode);
        Assert.Equal("old", await File.ReadAllTextAsync(output));

        Assert.Equal(6, (await Get("f", output, "--overwrite", "--digest", WrongDigest)).ExitCode);
        Assert.Equal("old", await File.ReadAllTextAsync(output));

        (await Get("f", output, "--overwrite", "--digest", "sha256:" + content.Sha256)).ShouldSucceed();
        Assert.Equal(content.Sha256, Hash(output));
    }

    [Fact]
    public async Task Scenario_6_transferred_content_is_checked()
    {
        TestContent content = TestContent.Random(6, 9_000_000);
        _origin.Add("/f", content);
        Assert.Equal(6, (await Get("f", Out("wrong"), "--transfer-from-dfdaemon", "--digest", WrongDigest)).ExitCode);
        Assert.False(File.Exists(Out("wrong")));
        (await Get("f", Out("right"), "--transfer-from-dfdaemon", "--digest", "sha256:" + content.Sha256)).ShouldSucceed();
        Assert.Equal(content.Sha256, Hash(Out("right")));
    }

    [Fact]
    public async Task Scenario_7_output_is_not_there_before_it_is_complete()
    {
        TestContent content = TestContent.Random(7, 6_000_000);
        OriginPath path = _origin.Add("/f", content);
        path.HangAfterBytes = 1_000_000;
        await using RunningProgram dfget = RunningProgram.Start(
            PublishedPrograms.PathOf("dfget"), [$"{_origin.BaseAddress}f", "-O", Out("f"), "-e", _cluster.Peers[0].Text("socket")]);
        await path.WaitForBytesAsync(500_000);
        Assert.False(File.Exists(Out("f")));
        path.HangAfterBytes = null;
        path.Release();
        (await dfget.WaitForExitAsync()).ShouldSucceed();
        Assert.Equal(content.Sha256, Hash(Out("f")));
    }

    [Theory]
    [InlineData(404, 3)]
    [InlineData(410, 3)]
    [InlineData(403, 4)]
    public async Task Origins_refusal_has_its_exit_code_and_is_shown(int status, int exitCode)
    {
        _origin.Add("/f", TestContent.Of("x")).FailAlways(status);
        ProcessResult result = await Get("f", Out("f"));
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains($"{status}", result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Out("f")));
    }

    [Fact]
    public async Task C14_origin_that_refuses_connections_is_named()
    {
        ProcessResult result = await ProcessCluster.GetAsync(_cluster.Peers[0], "http://127.0.0.1:1/f", Out("f"));
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("refused", result.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_list_downloads_every_file_and_names_the_missing_one()
    {
        TestContent[] contents = [.. Enumerable.Range(0, 20).Select(number => TestContent.Random(number, 1000 + (number * 5000)))];
        for (int number = 0; number < contents.Length; number++)
        {
            _origin.Add($"/{number}", contents[number]);
        }

        _origin.Add("/missing", TestContent.Of("x")).FailAlways(404);
        string list = Out("list");
        await File.WriteAllLinesAsync(list, [.. contents.Select((_, number) => $"{_origin.BaseAddress}{number} {Out($"o{number}")}"), $"{_origin.BaseAddress}missing {Out("om")}"]);
        ProcessResult result = await RunningProgram.RunAsync("dfget", ["-i", list, "-j", "8", "-e", _cluster.Peers[0].Text("socket")]);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(contents.Select(content => content.Sha256), contents.Select((_, number) => Hash(Out($"o{number}"))));
        Assert.Equal(20, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Empty_and_tiny_files_and_standard_output_work()
    {
        _origin.Add("/empty", TestContent.Of(""));
        _origin.Add("/tiny", TestContent.Of("tiny content"));
        (await Get("empty", Out("empty"))).ShouldSucceed();
        Assert.Equal(0, new FileInfo(Out("empty")).Length);
        Assert.Equal("tiny content", (await Get("tiny", "-")).ShouldSucceed().Output);
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private string Out(string name) => Path.Combine(_cluster.Folder, name);

    private Task<ProcessResult> Get(string path, string output, params string[] flags) =>
        ProcessCluster.GetAsync(_cluster.Peers[0], $"{_origin.BaseAddress}{path}", output, flags);
}
