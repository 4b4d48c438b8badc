// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Http;
using Dragonfly.Manager;
using Dragonfly.Manager.Options;
using Dragonfly.UnitTests.Dynamic;
using Microsoft.Extensions.Logging;

namespace Dragonfly.UnitTests.Manager;

/// <summary>Security row L5: whoever reaches an open gRPC port changes the cluster, so a manager that has one says so.</summary>
public sealed class SecurityNoticeTests
{
    private readonly ListLogger _log = new();

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task L5_A_port_that_the_network_reaches_is_told_with_the_remedy(string address)
    {
        await StartAsync(address, new ManagerOptions());
        var message = Assert.Single(_log.Messages);
        Assert.StartsWith("Warning: The gRPC port ", message);
        Assert.Contains("server.grpc.tls", message);
        Assert.Contains("server.grpc.listenIP", message);
    }

    [Fact]
    public async Task L5_Loopback_is_no_reason_for_a_warning()
    {
        await StartAsync("127.0.0.1", new ManagerOptions());
        Assert.Empty(_log.Messages);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task L5_Only_strict_client_certificates_make_it_safe(bool strict, int warnings)
    {
        var options = new ManagerOptions();
        options.Server.Grpc.Tls.CaCert = "/ca.crt";
        options.Server.Grpc.Tls.Strict = strict;
        await StartAsync("192.0.2.7", options);
        Assert.Equal(warnings, _log.Messages.Count);
    }

    private Task StartAsync(string address, ManagerOptions options)
    {
        var bound = new BoundAddresses();
        bound.Add("grpc", new IPEndPoint(IPAddress.Parse(address), 65003));
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new Provider(_log)));
        return new SecurityNotice(options, loggers.CreateLogger<SecurityNotice>()).StartAsync(bound, CancellationToken.None);
    }

    private sealed class Provider(ListLogger log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
        }
    }
}
