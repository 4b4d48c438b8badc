// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Server.Demo;

/// <summary>The configuration files of the demo's programs: everything on loopback, ports chosen by the system, folders below one temporary folder.</summary>
internal static class DemoConfiguration
{
    /// <summary>The manager's.</summary>
    public static string Manager(string folder) =>
        $$"""
        server:
          grpc:
            advertiseIP: 127.0.0.1
            listenIP: 127.0.0.1
            port: { start: 0, end: 0 }
          rest:
            addr: 127.0.0.1:0
        database:
          type: sqlite
          sqlite:
            path: {{folder}}/manager.db
        """;

    /// <summary>The scheduler's.</summary>
    /// <param name="folder">Its own folder.</param>
    /// <param name="manager">The manager's gRPC address; empty for none.</param>
    public static string Scheduler(string folder, string manager) =>
        $"""
        server:
          advertiseIP: 127.0.0.1
          listenIP: 127.0.0.1
          port: 0
          host: demo-scheduler
          dataDir: {folder}
        health:
          enable: true
          ip: 127.0.0.1
          port: 0
        manager:
          addr: "{manager}"
          keepAlive:
            interval: 1s
        """;

    /// <summary>What a peer reads when there is no manager: where its scheduler is.</summary>
    /// <param name="scheduler">The scheduler's gRPC address.</param>
    public static string LocalDynamic(string scheduler) =>
        $"""
        scheduler:
          addrs: ["{scheduler}"]
        """;

    /// <summary>A peer's.</summary>
    /// <param name="name">Its host name, which makes it another host although the address is the same.</param>
    /// <param name="folder">Its own folder.</param>
    /// <param name="manager">The manager's gRPC address; null for none.</param>
    /// <param name="isSeed">Whether it is a seed peer.</param>
    public static string Daemon(string name, string folder, string? manager, bool isSeed) =>
        $"""
        host:
          hostname: demo-{name}
          ip: 127.0.0.1
        download:
          server:
            socketPath: {folder}/dfdaemon.sock
        upload:
          server:
            ip: 127.0.0.1
            port: 0
        manager:
          addr: {(manager is null ? "null" : $"http://{manager}")}
        # Its scheduler is on this machine: late means busy, not gone.
        scheduler:
          hedgeTimeout: 10s
        seedPeer:
          enable: {(isSeed ? "true" : "false")}
        storage:
          dir: {folder}/storage
          server:
            ip: 127.0.0.1
            tcpPort: 0
            quicPort: 0
        proxy:
          server:
            ip: 127.0.0.1
            port: 0
        health:
          server:
            ip: 127.0.0.1
            port: 0
        metrics:
          server:
            ip: 127.0.0.1
            port: 0
        stats:
          server:
            ip: 127.0.0.1
            port: 0
        """;
}
