// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Swarm.Wire;

/// <summary>Configuration files of the measured programs: loopback, ports chosen by the system.</summary>
internal static class SwarmConfiguration
{
    public static string Scheduler() => "server: { advertiseIP: 127.0.0.1, listenIP: 127.0.0.1, port: 0, host: wire-scheduler }\n";

    public static string Manager(string folder) =>
        $$"""
        server: { grpc: { advertiseIP: 127.0.0.1, listenIP: 127.0.0.1, port: { start: 0, end: 0 } }, rest: { addr: 127.0.0.1:0 } }
        database: { type: sqlite, sqlite: { path: {{folder}}/manager.db } }
        """;

    public static string SchedulerDynamic() => "applications: []\n";

    public static string DaemonDynamic(string scheduler) => $"scheduler: {{ addrs: [\"{scheduler}\"] }}\n";

    public static string Daemon(string name, string folder, bool keep, bool seed = false) =>
        $$"""
        host: { hostname: wire-{{name}}, ip: 127.0.0.1 }
        download: { server: { socketPath: {{folder}}/dfdaemon.sock } }
        seedPeer: { enable: {{(seed ? "true" : "false")}} }
        upload: { server: { ip: 127.0.0.1, port: 0 } }
        storage: { dir: {{folder}}/storage, keep: {{(keep ? "true" : "false")}}, server: { ip: 127.0.0.1, tcpPort: 0, quicPort: 0 } }
        proxy: { server: { ip: 127.0.0.1, port: 0 } }
        health: { server: { ip: 127.0.0.1, port: 0 } }
        metrics: { server: { ip: 127.0.0.1, port: 0 } }
        stats: { server: { ip: 127.0.0.1, port: 0 } }
        """;
}
