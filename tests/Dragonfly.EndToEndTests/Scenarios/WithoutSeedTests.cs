// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Origins;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>Peers that have no seed.</summary>
/// <param name="swarm">One scheduler, two peers.</param>
public sealed class WithoutSeedTests(LonelyPeer swarm) : IClassFixture<LonelyPeer>
{
    [Theory]
    [InlineData(12 << 20)]
    [InlineData(2 << 20)]
    public async Task S18_C11_Disable_back_to_source_fails_when_no_peer_has_it_and_reads_nothing_from_the_origin(int length)
    {
        var file = swarm.AddFile(length);
        var got = (await swarm.GetAsync(swarm.A, file, "--disable-back-to-source")).ShouldFail(1);
        Assert.Contains("no peer has it", got.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, file.BodyBytesSent);

        // With a holder the same request succeeds, still without the origin.
        (await swarm.GetAsync(swarm.B, file)).ShouldBe(file.Content);
        var sent = file.BodyBytesSent;
        (await swarm.GetAsync(swarm.A, file, "--disable-back-to-source")).ShouldBe(file.Content);
        Assert.Equal(sent, file.BodyBytesSent);
    }

    [Fact]
    public async Task S28_An_origin_with_an_unknown_authority_is_refused_unless_configured()
    {
        using var certificates = OriginCertificates.Create();
        await using var origin = ScriptedOrigin.Start(certificates);
        var file = origin.Add("/secret", TestContent.Random(28, 5 * Swarm.Mebibyte));
        var refused = (await swarm.GetUrlAsync(swarm.A, origin.UrlOf(file.Path))).ShouldFail(1);
        Assert.Contains("certificate", refused.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, file.RequestCount);

        var authority = Path.Combine(swarm.Cluster.Folder, "authority.pem");
        await File.WriteAllTextAsync(authority, certificates.AuthorityPem, TestContext.Current.CancellationToken);
        var trusting = await swarm.Cluster.AddPeerAsync($"backend.caCert={authority}");
        (await swarm.GetUrlAsync(trusting, origin.UrlOf(file.Path))).ShouldBe(file.Content);

        var other = origin.Add("/other", TestContent.Random(29, Swarm.Mebibyte));
        var careless = await swarm.Cluster.AddPeerAsync("backend.insecureSkipVerify=true");
        (await swarm.GetUrlAsync(careless, origin.UrlOf(other.Path))).ShouldBe(other.Content);
    }

    [Fact]
    public async Task S29_A_file_larger_than_the_room_fails_before_its_data_and_leaves_other_tasks_alone()
    {
        var held = swarm.AddFile(8 * Swarm.Mebibyte);
        var small = await swarm.Cluster.AddPeerAsync("gc.policy.diskThreshold=24MiB");
        (await swarm.GetAsync(small, held)).ShouldBe(held.Content);
        var file = swarm.AddFile(32 * Swarm.Mebibyte);
        (await swarm.GetAsync(small, file, "--force-hard-link")).ShouldFail(5);

        // The opening request had brought at most its one piece when the length was told.
        Assert.InRange(file.BodyBytesSent, 0, Swarm.Piece);
        var requests = held.RequestCount;
        (await swarm.GetAsync(small, held)).ShouldBe(held.Content);
        Assert.Equal(requests, held.RequestCount);
        var next = swarm.AddFile(8 * Swarm.Mebibyte);
        (await swarm.GetAsync(small, next)).ShouldBe(next.Content);
    }
}
