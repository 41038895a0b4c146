# A small image that serves Kafka's protocol on port 9092 and keeps its data in /var/lib/kafka/data.
#   docker build -t wirebroker . && docker run --rm -p 9092:9092 wirebroker
ARG PYTHON=docker.io/library/python:3.13-slim

FROM ${PYTHON} AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY codecs codecs
COPY wirebroker wirebroker
RUN python3 -m venv /opt/wirebroker \
 && /opt/wirebroker/bin/pip install --no-cache-dir . \
 && /opt/wirebroker/bin/pip uninstall --yes pip

FROM ${PYTHON}
COPY --from=build /opt/wirebroker /opt/wirebroker
COPY docker/server.properties /etc/wirebroker/server.properties
# The user id is that of Kafka's image; group 0 may write, so that platforms with user ids of their own work.
RUN install -d -o 1000 -g 0 -m 0775 /var/lib/kafka/data
USER 1000
WORKDIR /tmp
ENV PATH=/opt/wirebroker/bin:$PATH
VOLUME /var/lib/kafka/data
EXPOSE 9092
HEALTHCHECK --interval=5s --timeout=5s --start-period=2s CMD ["python3", "-m", "wirebroker.cli.health"]
ENTRYPOINT ["wirebroker", "serve", "--config", "/etc/wirebroker/server.properties", "--environment"]
