// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Get;
using Dragonfly.Core.Ids;

namespace Dragonfly.Cli.Wire;

/// <summary>Encodes <c>dfdaemon.v2.DownloadTaskRequest</c> with the fields that the original's dfget sets.</summary>
internal static class DownloadRequest
{
    /// <summary>The method's path.</summary>
    public const string Path = "/dfdaemon.v2.DfdaemonDownload/DownloadTask";

    /// <summary>The whole message, ready to be sent.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="url">What to fetch; differs from the command line's in a list or a directory.</param>
    /// <param name="outputPath">The file that the daemon writes; null when the bytes shall come over the socket.</param>
    /// <param name="remoteIp">This machine's address, or null when it has none.</param>
    public static byte[] Encode(GetOptions options, string url, string? outputPath, string? remoteIp)
    {
        var download = new ProtoWriter();
        download.Plain(1, url);
        download.Optional(2, options.Digest);
        download.Optional(5, options.Tag);
        download.Optional(6, options.Application);
        download.Plain(7, (ulong)options.Priority);
        foreach (string parameter in (IEnumerable<string>?)options.FilteredQueryParams ?? FilteredQueryParams.Default)
        {
            download.Optional(8, parameter);
        }

        download.Map(9, options.Headers);
        download.Optional(10, options.PieceLength);
        download.Optional(11, outputPath);
        download.Duration(12, options.Timeout);
        download.Plain(13, options.DisableBackToSource);
        download.Message(17, BackendFields.ObjectStorage(url, options.Storage));
        download.Message(18, BackendFields.Hdfs(url, options.HdfsDelegationToken));
        download.Plain(20, outputPath is null);
        download.Plain(22, options.ForceHardLink);
        download.Optional(23, options.ContentForCalculatingTaskId);
        download.Optional(24, remoteIp);
        download.Plain(26, options.Overwrite);
        download.Message(31, BackendFields.Hub(url, "hf", options.HuggingFace));
        download.Message(32, BackendFields.Hub(url, "modelscope", options.ModelScope));
        download.Message(34, BackendFields.Hub(url, "opencsg", options.OpenCsg));

        var request = new ProtoWriter();
        request.Message(1, download);
        return request.ToGrpcMessage();
    }
}
