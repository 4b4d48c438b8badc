// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dragonfly.UnitTests.Protocol.Echo.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>TLS and mutual TLS between our client and our server.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _server;
    private readonly X509Certificate2 _client;

    public TlsTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        _server = Issue("server", IPAddress.Loopback);
        _client = Issue("peer-1", null);
    }

    [Fact]
    public async Task Calls_go_through_TLS()
    {
        await using var server = await EchoServer.StartAsync(listen: options => options.UseHttps(_server));
        var answer = await Client(server, client: null).UnaryAsync(new EchoRequest { Text = "secret" });
        Assert.Equal("secret", answer.Text);
    }

    [Fact]
    public async Task Certificate_of_another_authority_is_refused()
    {
        await using var server = await EchoServer.StartAsync(listen: options => options.UseHttps(_server));
        using var channel = GrpcChannel.ForAddress($"https://127.0.0.1:{server.Port}");
        var call = new Echo.V1.Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Certificate_for_another_address_is_refused()
    {
        await using var server = await EchoServer.StartAsync(listen: options => options.UseHttps(_client));
        var call = Client(server, client: null).UnaryAsync(new EchoRequest());
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Mutual_TLS_tells_the_server_who_calls()
    {
        await using var server = await StartMutualAsync();
        var answer = await Client(server, _client).UnaryAsync(new EchoRequest { Mode = "host" });
        Assert.EndsWith("x509_common_name", answer.Text);
    }

    [Fact]
    public async Task Mutual_TLS_refuses_who_shows_no_certificate()
    {
        await using var server = await StartMutualAsync();
        var call = Client(server, client: null).UnaryAsync(new EchoRequest());
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Cleartext_toward_a_TLS_port_is_unavailable()
    {
        await using var server = await EchoServer.StartAsync(listen: options => options.UseHttps(_server));
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{server.Port}");
        var call = new Echo.V1.Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _server.Dispose();
        _client.Dispose();
    }

    private Task<EchoServer> StartMutualAsync() => EchoServer.StartAsync(listen: options => options.UseHttps(https =>
    {
        https.ServerCertificate = _server;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (certificate, _, _) => IsOurs(certificate);
    }));

    private Echo.V1.Echo.EchoClient Client(EchoServer server, X509Certificate2? client) => new(GrpcChannel.ForAddress(
        $"https://127.0.0.1:{server.Port}",
        new GrpcChannelOptions
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = client is null ? null : [client],
                CertificateChainPolicy = Policy(),
            },
        }));

    private X509ChainPolicy Policy() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { _authority },
        RevocationMode = X509RevocationMode.NoCheck,
    };

    private bool IsOurs(X509Certificate2 certificate)
    {
        using var chain = new X509Chain { ChainPolicy = Policy() };
        return chain.Build(certificate);
    }

    private X509Certificate2 Issue(string name, IPAddress? address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(address);
            request.CertificateExtensions.Add(names.Build());
        }

        var serial = RandomNumberGenerator.GetBytes(8);
        using var bare = request.Create(_authority, _authority.NotBefore, _authority.NotAfter, serial);
        using var whole = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }
}
