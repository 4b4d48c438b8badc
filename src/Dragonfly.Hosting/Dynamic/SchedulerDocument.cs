// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Dragonfly.Protocol.Manager.V2;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>The document of a <c>GetScheduler</c> and a <c>ListApplications</c> answer.</summary>
internal static class SchedulerDocument
{
    /// <summary>Writes the document. The seeds' load limit comes only with an active seed peer; without one the last known limit holds, for
    /// a seed that the manager has lost sight of is still the seed it was.</summary>
    internal static byte[] Write(string source, Protocol.Manager.V2.Scheduler scheduler, IReadOnlyList<Application> applications, byte[]? last) =>
        AnswerDocument.Write("scheduler", source, json =>
        {
            json.Embed("config", scheduler.SchedulerCluster?.Config ?? Google.Protobuf.ByteString.Empty);
            json.Embed("client_config", scheduler.SchedulerCluster?.ClientConfig ?? Google.Protobuf.ByteString.Empty);
            var seed = scheduler.SeedPeers.FirstOrDefault(x => x.SeedPeerCluster is { Config.IsEmpty: false });
            if (seed is not null)
            {
                json.Embed("seed_peer_config", seed.SeedPeerCluster.Config);
            }
            else if (last is not null)
            {
                CopySeedConfig(json, last);
            }

            WriteApplications(json, applications);
        });

    internal static SchedulerDynamicConfig Read(byte[] document)
    {
        using var json = JsonDocument.Parse(document);
        var root = json.RootElement;
        return SchedulerSettings.Read(
            root.Member("config"),
            root.Member("client_config"),
            root.Member("seed_peer_config"),
            root.Member("applications"));
    }

    private static void CopySeedConfig(Utf8JsonWriter json, byte[] last)
    {
        using var document = JsonDocument.Parse(last);
        if (document.RootElement.Member("seed_peer_config") is { ValueKind: JsonValueKind.Object } config)
        {
            json.WritePropertyName("seed_peer_config");
            config.WriteTo(json);
        }
    }

    private static void WriteApplications(Utf8JsonWriter json, IReadOnlyList<Application> applications)
    {
        json.WriteStartArray("applications");
        foreach (var application in applications.Where(x => x.Priority is not null))
        {
            json.WriteStartObject();
            json.WriteString("name", application.Name);
            json.WriteStartObject("priority");
            json.WriteNumber("value", (int)application.Priority.Value);
            json.WriteStartArray("urls");
            foreach (var url in application.Priority.Urls)
            {
                json.WriteStartObject();
                json.WriteString("regex", url.Regex);
                json.WriteNumber("value", (int)url.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
