import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Kafka's own message classes as a filter: an object of JSON a line in, one a line out.
 *
 * <pre>
 * {"message": "FetchRequest", "version": 13, "json": {...}}   answers {"hex": "..."}
 *     with "as": 9                          the JSON is read as version 9 has it, then written in version 13
 *     with "unknown": [{"tag": 99, "hex": "00"}]   each structure gets these tagged fields besides its own
 * {"message": "FetchRequest", "version": 13, "hex": "..."}    answers {"json": {...}}
 * {"api": 1, "version": 13}                 answers {"requestHeader": 2, "responseHeader": 1}
 * {"messages": true}                        answers {"messages": {"FetchRequest": [4, 18], ...}}
 * </pre>
 *
 * What Kafka refuses answers {"error": "..."}.
 */
public final class MessageCodec {
    private static final String CONVERTER = "JsonConverter";
    private static final HexFormat HEX = HexFormat.of();

    /** Infinities and NaN go as bare words, as Python's json module writes and reads them. */
    private final ObjectMapper mapper = JsonMapper.builder()
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
        .build();
    private final Map<String, String> converters = new TreeMap<>();
    private final Map<String, Kind> kinds = new HashMap<>();

    public static void main(String[] arguments) throws IOException {
        MessageCodec codec = new MessageCodec();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(codec.answer(line));
            out.flush();
        }
    }

    private MessageCodec() throws IOException {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.endsWith(".jar") && new File(entry).getName().startsWith("kafka-")) {
                findConverters(entry);
            }
        }
    }

    /** Every generated message has a converter beside it; the messages' names are told apart by nothing else. */
    private void findConverters(String jar) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements();) {
                String path = entries.nextElement().getName();
                if (path.endsWith(CONVERTER + ".class") && !path.contains("$")) {
                    String data = path.substring(0, path.length() - (CONVERTER + ".class").length());
                    String name = data.substring(data.lastIndexOf('/') + 1);
                    converters.put(name.replaceFirst("(Request|Response|Header)Data$", "$1"), data.replace('/', '.'));
                }
            }
        }
    }

    private String answer(String line) throws IOException {
        ObjectNode answer = mapper.createObjectNode();
        try {
            JsonNode question = mapper.readTree(line);
            if (question.has("messages")) {
                answer.set("messages", mapper.valueToTree(versions()));
            } else if (question.has("api")) {
                ApiMessageType api = ApiMessageType.fromApiKey(shortOf(question, "api"));
                answer.put("requestHeader", api.requestHeaderVersion(shortOf(question, "version")));
                answer.put("responseHeader", api.responseHeaderVersion(shortOf(question, "version")));
            } else if (question.has("hex")) {
                answer.set("json", decode(question));
            } else {
                answer.put("hex", HEX.formatHex(encode(question)));
            }
        } catch (Exception | StackOverflowError | OutOfMemoryError thrown) {
            boolean isWrapped = thrown instanceof InvocationTargetException && thrown.getCause() != null;
            Throwable cause = isWrapped ? thrown.getCause() : thrown;
            answer.removeAll().put("error", cause.getClass().getSimpleName() + ": " + cause.getMessage());
        }
        return mapper.writeValueAsString(answer);
    }

    private static short shortOf(JsonNode question, String name) {
        return (short) question.get(name).asInt();
    }

    private Map<String, short[]> versions() throws ReflectiveOperationException {
        Map<String, short[]> found = new TreeMap<>();
        for (String name : converters.keySet()) {
            Kind kind = kind(name);
            found.put(name, new short[] {kind.lowest, kind.highest});
        }
        return found;
    }

    private byte[] encode(JsonNode question) throws ReflectiveOperationException {
        Kind kind = kind(question.get("message").asText());
        short version = shortOf(question, "version");
        short as = question.has("as") ? shortOf(question, "as") : version;
        Message message = (Message) kind.fromJson.invoke(null, question.get("json"), as);
        if (question.has("unknown")) {
            List<RawTaggedField> unknown = new ArrayList<>();
            for (JsonNode each : question.get("unknown")) {
                unknown.add(new RawTaggedField(each.get("tag").asInt(), HEX.parseHex(each.get("hex").asText())));
            }
            addUnknown(message, unknown);
        }
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer buffer = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(buffer), cache, version);
        if (buffer.hasRemaining()) {
            throw new IllegalStateException("Kafka reckoned with " + buffer.remaining() + " bytes more");
        }
        return buffer.array();
    }

    private JsonNode decode(JsonNode question) throws ReflectiveOperationException {
        Kind kind = kind(question.get("message").asText());
        short version = shortOf(question, "version");
        ByteBuffer buffer = ByteBuffer.wrap(HEX.parseHex(question.get("hex").asText()));
        Message message = kind.empty.newInstance();
        message.read(new ByteBufferAccessor(buffer), version);
        JsonNode json = (JsonNode) kind.toJson.invoke(null, message, version, true);
        if (buffer.hasRemaining()) {
            throw new IllegalStateException(buffer.remaining() + " bytes left over");
        }
        putRecords(message, json);
        return json;
    }

    /** A structure at its defaults stays so: where the version lacks it, Kafka would refuse to lose what it holds. */
    private static void addUnknown(Message message, List<RawTaggedField> unknown) throws ReflectiveOperationException {
        message.unknownTaggedFields().addAll(unknown);
        for (Field field : fieldsOf(message)) {
            Object value = field.get(message);
            if (value instanceof Message inner) {
                if (!inner.equals(inner.getClass().getConstructor().newInstance())) {
                    addUnknown(inner, unknown);
                }
            } else if (value instanceof Iterable<?> several) {
                for (Object each : several) {
                    if (each instanceof Message inner) {
                        addUnknown(inner, unknown);
                    }
                }
            }
        }
    }

    /** The converters write record batches as an empty value; their bytes are put where they belong. */
    private static void putRecords(Message message, JsonNode json) throws ReflectiveOperationException {
        for (Field field : fieldsOf(message)) {
            JsonNode written = json.get(field.getName());
            Object value = written == null ? null : field.get(message);
            if (value instanceof MemoryRecords records) {
                byte[] bytes = new byte[records.sizeInBytes()];
                records.buffer().duplicate().get(bytes);
                ((ObjectNode) json).put(field.getName(), bytes);
            } else if (value instanceof Message inner) {
                putRecords(inner, written);
            } else if (value instanceof Iterable<?> several) {
                int at = 0;
                for (Object each : several) {
                    if (each instanceof Message inner) {
                        putRecords(inner, written.get(at++));
                    }
                }
            }
        }
    }

    private static List<Field> fieldsOf(Message message) {
        List<Field> fields = new ArrayList<>();
        for (Field field : message.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getName().startsWith("_")) {
                field.setAccessible(true);
                fields.add(field);
            }
        }
        return fields;
    }

    private Kind kind(String name) throws ReflectiveOperationException {
        Kind known = kinds.get(name);
        if (known == null) {
            String data = converters.get(name);
            if (data == null) {
                throw new ClassNotFoundException(name);
            }
            known = new Kind(Class.forName(data).asSubclass(Message.class), Class.forName(data + CONVERTER));
            kinds.put(name, known);
        }
        return known;
    }

    /** A generated message class and its converter's two methods. */
    private static final class Kind {
        final Constructor<? extends Message> empty;
        final Method fromJson;
        final Method toJson;
        final short lowest;
        final short highest;

        Kind(Class<? extends Message> data, Class<?> converter) throws ReflectiveOperationException {
            empty = data.getConstructor();
            fromJson = converter.getMethod("read", JsonNode.class, short.class);
            toJson = converter.getMethod("write", data, short.class, boolean.class);
            lowest = data.getField("LOWEST_SUPPORTED_VERSION").getShort(null);
            highest = data.getField("HIGHEST_SUPPORTED_VERSION").getShort(null);
        }
    }
}
