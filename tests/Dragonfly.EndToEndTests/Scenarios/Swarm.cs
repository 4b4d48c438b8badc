// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>
/// A cluster of processes and an origin, started once for a class of tests; each test takes a path of its own, so that all counters are its own. Tests
/// that kill or limit something start one of their own.
/// </summary>
public class Swarm : IAsyncLifetime
{
    /// <summary>Bytes of a mebibyte.</summary>
    public const long Mebibyte = 1 << 20;

    /// <summary>The piece length of all files here (up to 64 MiB it is 4 MiB).</summary>
    public const long Piece = 4 * Mebibyte;

    private int _outputs;
    private int _files;

    /// <summary>The processes.</summary>
    public ProcessCluster Cluster { get; private set; } = null!;

    /// <summary>The origin.</summary>
    public ScriptedOrigin Origin { get; } = ScriptedOrigin.Start();

    /// <summary>The first peer.</summary>
    public RunningRole A => Cluster.Peers[0];

    /// <summary>The second peer.</summary>
    public RunningRole B => Cluster.Peers[1];

    /// <summary>The seed.</summary>
    public RunningRole Seed => Cluster.Seeds[0];

    /// <summary>Starts a swarm for one test.</summary>
    /// <param name="change">Changes what is started; null for one scheduler, one seed and two peers.</param>
    /// <returns>The swarm.</returns>
    public static async Task<Swarm> StartAsync(Action<ProcessClusterPlan>? change = null)
    {
        var swarm = new Swarm();
        await swarm.StartClusterAsync(change);
        return swarm;
    }

    /// <summary>Nobody freezes here: a scheduler that is late is starved by the rest of the tests, and counters of the origin are compared exactly.</summary>
    /// <inheritdoc/>
    public virtual ValueTask InitializeAsync() => new(StartClusterAsync(static plan => plan.PeerSettings.Add("scheduler.hedgeTimeout=30s")));

    /// <summary>Serves a new file of random bytes.</summary>
    /// <param name="length">Its length.</param>
    /// <returns>Its path at the origin.</returns>
    public OriginPath AddFile(long length)
    {
        var number = Interlocked.Increment(ref _files);
        return Origin.Add(string.Create(CultureInfo.InvariantCulture, $"/file-{number}"), TestContent.Random(number, length));
    }

    /// <summary>A path for an output that does not exist yet.</summary>
    /// <returns>The path.</returns>
    public string NewOutput() => Path.Combine(Cluster.Folder, string.Create(CultureInfo.InvariantCulture, $"out-{Interlocked.Increment(ref _outputs)}"));

    /// <summary>Downloads with dfget.</summary>
    /// <param name="peer">Through which daemon.</param>
    /// <param name="file">What.</param>
    /// <param name="flags">Further flags.</param>
    /// <returns>What came of it.</returns>
    public Task<Got> GetAsync(RunningRole peer, OriginPath file, params string[] flags) => GetUrlAsync(peer, Origin.UrlOf(file.Path), flags);

    /// <summary>Downloads with dfget.</summary>
    /// <param name="peer">Through which daemon.</param>
    /// <param name="url">What.</param>
    /// <param name="flags">Further flags.</param>
    /// <returns>What came of it.</returns>
    public async Task<Got> GetUrlAsync(RunningRole peer, string url, params string[] flags)
    {
        var output = NewOutput();
        return await Got.OfAsync(output, await ProcessCluster.GetAsync(peer, url, output, ["--json", .. flags]), peer);
    }

    /// <summary>Starts dfget and does not wait for its end.</summary>
    /// <param name="peer">Through which daemon.</param>
    /// <param name="file">What.</param>
    /// <param name="output">Where to.</param>
    /// <param name="flags">Further flags.</param>
    /// <returns>The process.</returns>
    public RunningProgram Begin(RunningRole peer, OriginPath file, string output, params string[] flags)
    {
        var dfget = RunningProgram.Start(
            PublishedPrograms.PathOf("dfget"), [Origin.UrlOf(file.Path), "-O", output, "-e", peer.Text("socket"), "--json", .. flags], name: "dfget");
        dfget.CloseInput();
        return dfget;
    }

    /// <summary>Bytes that a daemon received, by its metric.</summary>
    /// <param name="peer">The daemon.</param>
    /// <param name="type">The label of the source: "REMOTE_PEER", "BACK_TO_SOURCE", "LOCAL_PEER".</param>
    /// <returns>The bytes; 0 when there were none.</returns>
    public static async Task<long> TrafficAsync(RunningRole peer, string type)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync($"http://{peer.Address("metrics")}/metrics", TestContext.Current.CancellationToken);
        return Regex.Matches(text, $$"""^dragonfly_client_download_traffic[a-z_]*\{[^}]*type="{{type}}"[^}]*\} ([0-9.e+]+)""", RegexOptions.Multiline)
            .Sum(match => (long)double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Cluster.DisposeAsync();
        await Origin.DisposeAsync();
    }

    /// <summary>Starts the processes.</summary>
    /// <param name="change">Changes what is started.</param>
    /// <returns>Completes when all serve.</returns>
    protected async Task StartClusterAsync(Action<ProcessClusterPlan>? change)
    {
        Cluster = await ProcessCluster.StartAsync(change);
        if (Cluster.Schedulers.Count > 0)
        {
            // A daemon serves before its scheduler knows it; these tests are about what comes after.
            await Task.WhenAll(Cluster.Seeds.Concat(Cluster.Peers).Select(daemon => daemon.Process.WaitForOutputAsync("Told scheduler")));
        }
    }
}
