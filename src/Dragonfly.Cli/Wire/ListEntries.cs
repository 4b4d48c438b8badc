// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Get;

namespace Dragonfly.Cli.Wire;

/// <summary>Encodes <c>dfdaemon.v2.ListTaskEntriesRequest</c> and reads its answer.</summary>
internal static class ListEntries
{
    /// <summary>The method's path.</summary>
    public const string Path = "/dfdaemon.v2.DfdaemonDownload/ListTaskEntries";

    /// <summary>The whole request, ready to be sent. The task id is any unique text: there is no task yet.</summary>
    public static byte[] Encode(GetOptions options, string url, string taskId, string remoteIp)
    {
        var request = new ProtoWriter();
        request.Plain(1, taskId);
        request.Plain(2, url);
        request.Map(3, options.Headers);
        request.Duration(4, options.Timeout);
        request.Message(6, BackendFields.ObjectStorage(url, options.Storage));
        request.Message(7, BackendFields.Hdfs(url, options.HdfsDelegationToken));
        request.Optional(8, remoteIp);
        request.Message(9, BackendFields.Hub(url, "hf", options.HuggingFace));
        request.Message(10, BackendFields.Hub(url, "modelscope", options.ModelScope));
        request.Message(11, BackendFields.Hub(url, "opencsg", options.OpenCsg));
        return request.ToGrpcMessage();
    }

    /// <summary>The entries of an answer: percent-encoded URL, and whether it is a directory.</summary>
    public static List<(string Url, bool IsDirectory)> Parse(ReadOnlySpan<byte> message)
    {
        var entries = new List<(string, bool)>();
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 4)
            {
                entries.Add(ParseEntry(reader.Bytes));
            }
        }

        return entries;
    }

    private static (string Url, bool IsDirectory) ParseEntry(ReadOnlySpan<byte> message)
    {
        string url = "";
        bool directory = false;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            url = reader.Field == 1 ? reader.Text : url;
            directory = reader.Field == 3 ? reader.Flag : directory;
        }

        return (url, directory);
    }
}
