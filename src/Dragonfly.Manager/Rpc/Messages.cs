// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Data;
using Google.Protobuf;
using V2 = Dragonfly.Protocol.Manager.V2;

namespace Dragonfly.Manager.Rpc;

/// <summary>
/// Rows as messages, with exactly the fields that the original sets (captures/manager-grpc.jsonl). JSON goes as the text that is stored; idc and
/// location have presence and are always set.
/// </summary>
internal static class Messages
{
    /// <summary>As UpdateScheduler answers: without its cluster.</summary>
    internal static V2.Scheduler ToMessage(this Scheduler row) => new()
    {
        Id = (ulong)row.Id,
        Hostname = row.HostName,
        Idc = row.Idc,
        Location = row.Location,
        Ip = row.Ip,
        Port = row.Port,
        State = row.State,
        SchedulerClusterId = (ulong)row.SchedulerClusterId,
        Features = Json(row.Features),
    };

    /// <summary>As GetScheduler answers: the cluster lacks the seeds' settings (observed), the seed peers are there.</summary>
    internal static V2.Scheduler ToSchedulerAnswer(this SchedulerView view)
    {
        var message = view.Scheduler.ToMessage();
        message.SchedulerCluster = view.Cluster.ToMessage(view.Scheduler.SchedulerClusterId);
        message.SeedPeers.AddRange(view.SeedPeers.Select(x => x.ToMessage(withSchedulers: false)));
        return message;
    }

    /// <summary>As ListSchedulers answers: always with the cluster, for without it a stock client sees no scheduler.</summary>
    internal static V2.Scheduler ToPeerAnswer(this SchedulerView view)
    {
        var message = view.Scheduler.ToMessage();
        message.SchedulerCluster = view.Cluster.ToMessage(view.Scheduler.SchedulerClusterId);
        message.SchedulerCluster.SeedClientConfig = Json(view.Cluster?.SeedClientConfig ?? "{}");
        return message;
    }

    internal static V2.SeedPeer ToMessage(this SeedPeerView view, bool withSchedulers)
    {
        var message = view.SeedPeer.ToMessage();
        message.SeedPeerCluster = new V2.SeedPeerCluster
        {
            Id = (ulong)view.SeedPeer.SeedPeerClusterId,
            Name = view.Cluster?.Name ?? string.Empty,
            Bio = view.Cluster?.Bio ?? string.Empty,
            Config = Json(view.Cluster?.Config ?? "{}"),
        };
        if (withSchedulers)
        {
            message.Schedulers.AddRange(view.Schedulers.Select(ToMessage));
        }

        return message;
    }

    internal static V2.SeedPeer ToMessage(this SeedPeer row) => new()
    {
        Id = (ulong)row.Id,
        Hostname = row.HostName,
        Type = row.Type,
        Idc = row.Idc,
        Location = row.Location,
        Ip = row.Ip,
        Port = row.Port,
        DownloadPort = row.DownloadPort,
        State = row.State,
        SeedPeerClusterId = (ulong)row.SeedPeerClusterId,
    };

    /// <summary>An application, or null when it has no priority (it is left out then, as in the original).</summary>
    internal static V2.Application? ToMessage(this Application row)
    {
        var priority = LenientJson.Parse(row.Priority);
        if (priority.Number("value") is not { } value)
        {
            return null;
        }

        var message = new V2.Application
        {
            Id = (ulong)row.Id,
            Name = row.Name,
            Url = row.Url,
            Bio = row.Bio,
            Priority = new V2.ApplicationPriority { Value = (Wire.Priority)value },
        };
        message.Priority.Urls.AddRange(priority.Items("urls")
            .Where(x => x.Text("regex").Length > 0)
            .Select(x => new V2.URLPriority { Regex = x.Text("regex"), Value = (Wire.Priority)(x.Number("value") ?? 0) }));
        return message;
    }

    private static V2.SchedulerCluster ToMessage(this SchedulerCluster? row, long id) => new()
    {
        Id = (ulong)id,
        Name = row?.Name ?? string.Empty,
        Bio = row?.Bio ?? string.Empty,
        Config = Json(row?.Config ?? "{}"),
        ClientConfig = Json(row?.ClientConfig ?? "{}"),
        Scopes = Json(row?.Scopes ?? "{}"),
    };

    private static ByteString Json(string text) => ByteString.CopyFromUtf8(LenientJson.Valid(text));
}
