// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>Stored files and outputs that somebody changed, cut or deleted: nobody is ever given wrong bytes, and the copy heals.</summary>
/// <param name="swarm">One scheduler, one seed, two peers.</param>
public sealed class StoredFileTests(Swarm swarm) : IClassFixture<Swarm>
{
    private const long Length = 32 * Swarm.Mebibyte;

    /// <summary>What is done to a file.</summary>
    public enum Damage
    {
        /// <summary>Eight bytes in the middle are overwritten in place.</summary>
        Changed,

        /// <summary>The file ends at 10 MiB.</summary>
        Cut,

        /// <summary>The file is empty.</summary>
        Emptied,

        /// <summary>The file is gone.</summary>
        Deleted,
    }

    [Theory]
    [InlineData(Damage.Changed)]
    [InlineData(Damage.Cut)]
    [InlineData(Damage.Deleted)]
    public async Task B5_A_damaged_stored_file_is_fetched_anew_when_the_same_daemon_is_asked(Damage damage)
    {
        var file = swarm.AddFile(Length);
        var got = (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        var sent = file.BodyBytesSent;
        Inflict(damage, StoredFileOf(swarm.A, got));
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        (await swarm.GetAsync(swarm.A, file, "--transfer-from-dfdaemon")).ShouldBe(file.Content);

        // The seed has it: healing costs the origin nothing.
        Assert.Equal(sent, file.BodyBytesSent);
    }

    [Theory]
    [InlineData(Damage.Changed)]
    [InlineData(Damage.Cut)]
    [InlineData(Damage.Deleted)]
    public async Task B5_A_damaged_stored_file_is_not_served_to_another_peer(Damage damage)
    {
        await using var own = await Swarm.StartAsync(plan => plan.Seeds = 0);
        var file = own.AddFile(Length);
        var got = (await own.GetAsync(own.A, file)).ShouldBe(file.Content);
        var sent = file.BodyBytesSent;
        Inflict(damage, StoredFileOf(own.A, got));
        (await own.GetAsync(own.B, file)).ShouldBe(file.Content);
        if (damage == Damage.Changed)
        {
            // Only what was changed comes from elsewhere.
            Assert.InRange(file.BodyBytesSent - sent, 1, Swarm.Piece);
        }

        // The parent noticed too and is right again, without anybody having to tell it.
        (await own.GetAsync(own.A, file)).ShouldBe(file.Content);
    }

    [Theory]
    [InlineData(Damage.Changed)]
    [InlineData(Damage.Emptied)]
    public async Task B6_An_edited_output_never_reaches_anybody(Damage damage)
    {
        foreach (var flags in new string[][] { [], ["--force-hard-link"] })
        {
            var file = swarm.AddFile(Length);
            var got = (await swarm.GetAsync(swarm.A, file, flags)).ShouldBe(file.Content);
            Inflict(damage, got.Output);
            (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
            (await swarm.GetAsync(swarm.B, file)).ShouldBe(file.Content);
        }
    }

    [Fact]
    public async Task B5_A_finished_file_survives_kill_9_and_is_served_again()
    {
        await using var own = await Swarm.StartAsync(plan => (plan.Seeds, plan.Peers) = (0, 3));
        var file = own.AddFile(Length);
        (await own.GetAsync(own.A, file)).ShouldBe(file.Content);
        var requests = file.RequestCount;
        await own.A.EndAsync(ProcessSignal.Kill);
        await own.A.RestartAsync();
        Assert.Equal(Length, (await own.GetAsync(own.A, file)).ShouldBe(file.Content).BytesFrom("local"));
        await own.A.Process.WaitForOutputAsync("of 1 whole tasks");
        Assert.Equal(Length, (await own.GetAsync(own.B, file)).ShouldBe(file.Content).BytesFrom("peers"));

        // A new scheduler knows nothing: the daemon tells it what it holds.
        var other = own.Cluster.Peers[2];
        await own.B.EndAsync(ProcessSignal.Kill);
        await own.Cluster.Schedulers[0].EndAsync(ProcessSignal.Kill);
        var (told, heard) = (Count(own.A, "of 1 whole tasks"), Count(other, "Told scheduler"));
        await own.Cluster.Schedulers[0].RestartAsync("--set", $"server.port={own.Cluster.Schedulers[0].Address("grpc").Port}");
        await own.A.Process.WaitForOutputAsync("went away");
        await own.A.Process.WaitForOutputAsync("of 1 whole tasks", times: told + 1);
        await other.Process.WaitForOutputAsync("Told scheduler", times: heard + 1);
        Assert.Equal(Length, (await own.GetAsync(other, file)).ShouldBe(file.Content).BytesFrom("peers"));
        Assert.Equal(requests, file.RequestCount);
    }

    [Fact]
    public async Task B5_S31_Kill_9_in_mid_download_keeps_finished_and_begun_pieces()
    {
        await using var own = await Swarm.StartAsync(plan => (plan.Seeds, plan.Peers) = (0, 1));
        var file = own.AddFile(64 * Swarm.Mebibyte);
        file.WithholdFrom = 40 * Swarm.Mebibyte;
        var output = own.NewOutput();
        await using var dfget = own.Begin(own.A, file, output);

        // Any six: pieces that are fetched side by side do not finish in order.
        await dfget.WaitForOutputAsync("\"number\":", times: 6);
        await own.A.EndAsync(ProcessSignal.Kill);
        Assert.Equal(7, (await dfget.WaitForExitAsync()).ExitCode);
        Assert.False(File.Exists(output));
        file.Release();
        await file.WaitForIdleAsync();
        var sent = file.BodyBytesSent;
        await own.A.RestartAsync();
        (await own.GetAsync(own.A, file)).ShouldBe(file.Content);

        // At least the six finished pieces are kept; of those in flight what had been written is.
        Assert.InRange(file.BodyBytesSent - sent, 0, file.Content.Length - 6 * Swarm.Piece);
    }

    [Fact]
    public async Task S32_Without_keep_a_restarted_store_is_empty_and_the_next_download_full()
    {
        await using var own = await Swarm.StartAsync(plan =>
        {
            plan.Seeds = 0;
            plan.PeerSettings.Add("storage.keep=false");
        });
        var file = own.AddFile(Length);
        var got = (await own.GetAsync(own.A, file)).ShouldBe(file.Content);
        var stored = StoredFileOf(own.A, got);
        await own.A.EndAsync(ProcessSignal.Kill);
        await own.A.RestartAsync();
        Assert.False(File.Exists(stored));

        // The scheduler is told: nobody is sent to a store that is empty now.
        await own.A.Process.WaitForOutputAsync("Told scheduler");
        (await own.GetAsync(own.B, file)).ShouldBe(file.Content);
        Assert.Equal(2 * Length, file.BodyBytesSent);
        Assert.DoesNotContain("tells no more", own.B.Process.Output, StringComparison.Ordinal);
    }

    private static int Count(RunningRole daemon, string text) => daemon.Process.Output.AsSpan().Count(text);

    private static string StoredFileOf(RunningRole daemon, Got got) => Assert.Single(
        Directory.GetFiles(Path.Combine(daemon.Folder, "data"), got.Result.GetProperty("task_id").GetString()!, SearchOption.AllDirectories));

    private static void Inflict(Damage damage, string path)
    {
        if (damage == Damage.Deleted)
        {
            File.Delete(path);
            return;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        switch (damage)
        {
            case Damage.Changed:
                stream.Position = Length / 2;
                stream.Write("defects!"u8);
                break;
            case Damage.Cut:
                stream.SetLength(10 * Swarm.Mebibyte);
                break;
            case Damage.Emptied:
                stream.SetLength(0);
                break;
        }
    }
}
