// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsLevel;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ProducerEventsFactory;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Publishes the metrics of every producer to CloudWatch as its {@code MetricsLevel} and its
 * neighbours say. Found by {@link java.util.ServiceLoader}; nobody needs to call it. Immutable.
 */
public final class CloudWatchEventsFactory implements ProducerEventsFactory {

  private static final Logger LOG = LoggerFactory.getLogger(CloudWatchEventsFactory.class);

  private final AwsRegionProvider regions;

  /** Creates a factory that asks the SDK's default chain for a region where none is configured. */
  public CloudWatchEventsFactory() {
    this(() -> DefaultAwsRegionProviderChain.builder().build().getRegion());
  }

  CloudWatchEventsFactory(AwsRegionProvider regions) {
    this.regions = regions;
  }

  /**
   * Begins to publish, unless the level is {@link MetricsLevel#NONE}, or there is no region: that
   * is logged as a warning, since a producer with a Kinesis client of its own does not need one,
   * and the metrics are kept in process only.
   *
   * @throws IllegalArgumentException if {@code CaCertFile} cannot be used
   */
  @Override
  public Optional<ProducerEvents> create(
      KinesisProducerConfig config, AwsCredentialsProvider credentials) {
    if (config.metricsLevel() == MetricsLevel.NONE) {
      return Optional.empty();
    }
    Optional<Region> region = region(config);
    if (region.isEmpty()) {
      return Optional.of(new LocalEvents(config));
    }
    return region.map(where -> CloudWatchEvents.start(config, where, credentials));
  }

  private Optional<Region> region(KinesisProducerConfig config) {
    if (config.region().isPresent()) {
      return config.region().map(Region::of);
    }
    try {
      return Optional.of(regions.getRegion());
    } catch (SdkClientException e) {
      LOG.warn(
          "No metrics are published to CloudWatch: no AWS region for CloudWatch. Set Region, or MetricsLevel=none"
              + " if none are wanted. ({})",
          e.getMessage());
      return Optional.empty();
    }
  }
}
