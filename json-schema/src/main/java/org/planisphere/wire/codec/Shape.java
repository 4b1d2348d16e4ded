package org.planisphere.wire.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlTransient;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.NameValueMap;

/**
 * How a wire type looks in XML, learnt once from its JAXB annotations. Only public fields count, those of the
 * superclass first.
 */
final class Shape {
    /** What stands in a field. */
    enum Content {
        SCALAR,
        OBJECT,
        MAP,
        SCALARS,
        OBJECTS
    }

    /**
     * One field: its name in JSON, the element or attribute that holds it, and of a list the element of each item.
     *
     * @param type of an object or of the objects in a list
     * @param keepEmpty whether an empty list is written
     */
    record Member(
            int index,
            java.lang.reflect.Field field,
            String name,
            String element,
            @Nullable String item,
            boolean attribute,
            Content content,
            @Nullable Class<?> type,
            boolean keepEmpty) {

        @Nullable
        Object valueIn(Object owner) {
            try {
                return field.get(owner);
            } catch (IllegalAccessException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        Shape shape() {
            if (type == null) {
                throw new IllegalStateException(name + " holds no object");
            }
            return Shape.of(type);
        }
    }

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return new Shape(type);
        }
    };

    private final @Nullable String root;
    private final String namespace;
    private final List<Member> members = new ArrayList<>();
    private final Map<String, Member> byElement = new HashMap<>();

    private Shape(Class<?> type) {
        XmlRootElement declared = type.getAnnotation(XmlRootElement.class);
        root = declared == null ? null : declared.name();
        collect(type);
        namespace = members.isEmpty() ? "" : namespace(members.get(0).field);
    }

    static Shape of(Class<?> type) {
        return SHAPES.get(type);
    }

    /** The name of the root element; a type without one is not a document. */
    String root() {
        if (root == null) {
            throw new IllegalArgumentException("not a document type");
        }
        return root;
    }

    /** The namespace of all its elements; empty for none. */
    String namespace() {
        return namespace;
    }

    List<Member> members() {
        return members;
    }

    @Nullable
    Member member(String element) {
        return byElement.get(element);
    }

    private void collect(Class<?> type) {
        if (type.getSuperclass() != null && type.getSuperclass() != Object.class) {
            collect(type.getSuperclass());
        }
        for (java.lang.reflect.Field field : type.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers())
                    && !Modifier.isStatic(field.getModifiers())
                    && !field.isAnnotationPresent(XmlTransient.class)) {
                Member member = member(members.size(), field);
                members.add(member);
                byElement.put(member.element, member);
            }
        }
    }

    private static Member member(int index, java.lang.reflect.Field field) {
        XmlElementWrapper wrapper = field.getAnnotation(XmlElementWrapper.class);
        XmlElement element = field.getAnnotation(XmlElement.class);
        String named = element == null || element.name().equals("##default") ? field.getName() : element.name();
        JsonInclude include = field.getAnnotation(JsonInclude.class);
        Class<?> type = field.getType();
        Content content;
        Class<?> inner = type;
        if (type == List.class) {
            inner = (Class<?>) ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0];
            content = scalar(inner) ? Content.SCALARS : Content.OBJECTS;
        } else if (type == NameValueMap.class) {
            content = Content.MAP;
        } else {
            content = scalar(type) ? Content.SCALAR : Content.OBJECT;
        }
        return new Member(
                index,
                field,
                field.getName(),
                wrapper == null ? named : wrapper.name(),
                wrapper == null ? null : named,
                field.isAnnotationPresent(XmlAttribute.class),
                content,
                inner,
                include != null && include.value() == JsonInclude.Include.NON_NULL);
    }

    private static String namespace(java.lang.reflect.Field field) {
        XmlElement element = field.getAnnotation(XmlElement.class);
        return element == null || element.namespace().equals("##default") ? "" : element.namespace();
    }

    private static boolean scalar(Class<?> type) {
        return type == String.class
                || type == Long.class
                || type == Double.class
                || type == Boolean.class
                || type == Instant.class;
    }
}
