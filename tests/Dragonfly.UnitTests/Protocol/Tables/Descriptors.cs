// SPDX-License-Identifier: Apache-2.0

using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.ErrorDetails.V2;
using Dragonfly.Protocol.Manager.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Google.Protobuf.Reflection;

namespace Dragonfly.UnitTests.Protocol.Tables;

/// <summary>Our descriptors as rows of the protocol's tables.</summary>
internal static class Descriptors
{
    public static IReadOnlyDictionary<string, FileDescriptor> Files { get; } = new Dictionary<string, FileDescriptor>
    {
        ["common.v2"] = Dragonfly.Protocol.Common.V2.CommonV2Reflection.Descriptor,
        ["errordetails.v2"] = ErrordetailsV2Reflection.Descriptor,
        ["dfdaemon.v2"] = DfdaemonV2Reflection.Descriptor,
        ["scheduler.v2"] = SchedulerV2Reflection.Descriptor,
        ["manager.v2"] = ManagerV2Reflection.Descriptor,
        ["common.v1"] = Dragonfly.Protocol.Common.V1.CommonV1Reflection.Descriptor,
        ["errordetails.v1"] = Dragonfly.Protocol.ErrorDetails.V1.ErrordetailsV1Reflection.Descriptor,
        ["dfdaemon.v1"] = Dragonfly.Protocol.Dfdaemon.V1.DfdaemonV1Reflection.Descriptor,
        ["scheduler.v1"] = Dragonfly.Protocol.Scheduler.V1.SchedulerV1Reflection.Descriptor,
        ["manager.v1"] = Dragonfly.Protocol.Manager.V1.ManagerV1Reflection.Descriptor,
        ["cdnsystem.v1"] = Dragonfly.Protocol.CdnSystem.V1.CdnsystemV1Reflection.Descriptor,
    };

    /// <summary>kind, owner, member, number, type, label, streaming, request, response.</summary>
    public static IEnumerable<string> Rows(FileDescriptor file)
    {
        yield return Row("package", file.Package, type: "proto3");
        var rows = file.EnumTypes.SelectMany(Enum)
            .Concat(file.MessageTypes.SelectMany(Message))
            .Concat(file.Services.SelectMany(Service));
        foreach (var row in rows)
        {
            yield return row;
        }
    }

    public static MessageParser Parser(string path, bool request)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var services = Files.Values.Append(global::Grpc.Health.V1.HealthReflection.Descriptor).SelectMany(file => file.Services);
        var method = services.Single(service => service.FullName == parts[0]).FindMethodByName(parts[1]);
        return new MessageParser((request ? method.InputType : method.OutputType).Parser);
    }

    private static IEnumerable<string> Enum(EnumDescriptor type) => type.Values
        .Select(value => Row("enum", type.FullName, value.Name, $"{value.Number}"))
        .Prepend(Row("enum", type.FullName));

    private static IEnumerable<string> Message(MessageDescriptor type)
    {
        yield return Row("message", type.FullName);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            yield return Row("message", type.FullName, field.Name, $"{field.FieldNumber}", TypeOf(field), LabelOf(field));
        }

        foreach (var nested in type.EnumTypes.SelectMany(Enum))
        {
            yield return nested;
        }

        foreach (var nested in type.NestedTypes.Where(nested => nested.GetOptions()?.MapEntry != true).SelectMany(Message))
        {
            yield return nested;
        }
    }

    private static IEnumerable<string> Service(ServiceDescriptor service) => service.Methods
        .Select(method => Row(
            "rpc",
            service.FullName,
            method.Name,
            streaming: (method.IsClientStreaming, method.IsServerStreaming) switch
            {
                (true, true) => "bidi",
                (true, false) => "client",
                (false, true) => "server",
                _ => "unary",
            },
            request: method.InputType.FullName,
            response: method.OutputType.FullName))
        .Prepend(Row("service", service.FullName));

    private static string TypeOf(FieldDescriptor field)
    {
        if (field.IsMap)
        {
            return $"map<{TypeOf(field.MessageType.Fields[1])},{TypeOf(field.MessageType.Fields[2])}>";
        }

        return field.FieldType switch
        {
            FieldType.Message => field.MessageType.FullName,
            FieldType.Enum => field.EnumType.FullName,
            var type => type.ToString().ToLowerInvariant(),
        };
    }

    private static string LabelOf(FieldDescriptor field) => field switch
    {
        { IsMap: true } => "map",
        { IsRepeated: true } => "repeated",
        { RealContainingOneof: { } oneof } => "oneof:" + oneof.Name,
        { ContainingOneof: not null } => "optional",
        _ => "",
    };

    private static string Row(
        string kind,
        string owner,
        string member = "",
        string number = "",
        string type = "",
        string label = "",
        string streaming = "",
        string request = "",
        string response = "") =>
        string.Join('\t', kind, owner, member, number, type, label, streaming, request, response);

    /// <summary>Parses and writes any message.</summary>
    internal sealed class MessageParser(Google.Protobuf.MessageParser parser)
    {
        public Google.Protobuf.IMessage Parse(byte[] bytes) => parser.ParseFrom(bytes);
    }
}
