// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Dragonfly.Core.Failures;
using Dragonfly.Hosting.Http;

namespace Dragonfly.Server;

/// <summary>
/// Tells whoever started us that we serve, and where: <c>{"pid":4711,"role":"scheduler","grpc":"127.0.0.1:8002",…}</c>. With several roles in the process
/// each name has its role in front: <c>"scheduler.grpc"</c>.
/// </summary>
internal static class ReadyFile
{
    /// <summary>Writes the file whole or not at all: a reader never sees half of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The name of the command.</param>
    /// <param name="roles">The running roles.</param>
    public static void Write(string path, string name, IReadOnlyList<RoleHost> roles)
    {
        try
        {
            WriteWhole(path, name, roles);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new Failure(FailureKind.Denied, FailureSource.Local, $"the file of --ready-file, {path}, cannot be written: {exception.Message}").ToException();
        }
    }

    private static void WriteWhole(string path, string name, IReadOnlyList<RoleHost> roles)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        using (var file = File.Create(temporary))
        using (var json = new Utf8JsonWriter(file))
        {
            json.WriteStartObject();
            json.WriteNumber("pid", Environment.ProcessId);
            json.WriteString("role", name);
            foreach (var role in roles)
            {
                foreach (var (listener, address) in role.Addresses.All)
                {
                    json.WriteString(roles.Count == 1 ? listener : $"{role.Role}.{listener}", address);
                }
            }

            json.WriteEndObject();
        }

        File.Move(temporary, path, overwrite: true);
    }
}
