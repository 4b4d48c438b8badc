// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Dragonfly.Protocol.Manager.V2;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>The document of a <c>ListSchedulers</c> answer: <c>schedulers: [{ip, port, cluster_id}]</c> in the manager's order, and <c>clusters</c>.</summary>
internal static class DaemonDocument
{
    /// <summary>Writes the document, or null when the answer names no scheduler that can be reached.</summary>
    internal static byte[]? Write(string source, ListSchedulersResponse answer)
    {
        var usable = answer.Schedulers.Where(x => IPAddress.TryParse(x.Ip, out _) && x.Port is > 0 and < 65536).ToList();
        if (usable.Count == 0)
        {
            return null;
        }

        return AnswerDocument.Write("daemon", source, json =>
        {
            json.WriteStartArray("schedulers");
            foreach (var scheduler in usable)
            {
                json.WriteStartObject();
                json.WriteString("ip", scheduler.Ip);
                json.WriteNumber("port", scheduler.Port);
                json.WriteNumber("cluster_id", scheduler.SchedulerClusterId);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("clusters");
            foreach (var scheduler in usable.Where(x => x.SchedulerCluster is not null).DistinctBy(x => x.SchedulerClusterId))
            {
                json.WriteStartObject();
                json.WriteNumber("id", scheduler.SchedulerClusterId);
                json.Embed("client_config", scheduler.SchedulerCluster.ClientConfig);
                json.Embed("seed_client_config", scheduler.SchedulerCluster.SeedClientConfig);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    internal static DaemonDynamicConfig Read(byte[] document)
    {
        using var json = JsonDocument.Parse(document);
        var schedulers = Schedulers(json.RootElement.Member("schedulers"));
        var clusters = json.RootElement.Member("clusters").Items()
            .DistinctBy(Id)
            .ToImmutableDictionary(Id, Rules);
        var first = schedulers.Select(x => clusters.GetValueOrDefault(x.ClusterId)).FirstOrDefault();
        return new DaemonDynamicConfig(
            schedulers,
            first?.ClientBlockList ?? BlockList.Empty,
            first?.SeedClientBlockList ?? BlockList.Empty)
        {
            Clusters = clusters,
        };
    }

    private static ImmutableArray<SchedulerAddress> Schedulers(JsonElement schedulers)
    {
        var addresses = ImmutableArray.CreateBuilder<SchedulerAddress>();
        foreach (var scheduler in schedulers.Items())
        {
            if (IPAddress.TryParse(scheduler.Member("ip").Text(), out var ip) && scheduler.Member("port").Number() is { } port)
            {
                addresses.Add(new SchedulerAddress(ip, port, Unsigned(scheduler.Member("cluster_id"))));
            }
        }

        return addresses.ToImmutable();
    }

    private static ClusterRules Rules(JsonElement cluster) => new(
        BlockListReader.Read(cluster.Member("client_config")),
        BlockListReader.Read(cluster.Member("seed_client_config")));

    private static ulong Id(JsonElement cluster) => Unsigned(cluster.Member("id"));

    private static ulong Unsigned(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetUInt64(out var value) ? value : 0;
}
