# What two accounts do with the AWS CLI, refusals included, for the judge to look at. To be sourced; prints the answers.
environment=123456789222 management=123456789111 role=arn:aws:iam::123456789222:role

# Makes a call of an account. Whether it should have been refused is for the judge to say.
as() { AWS_ACCESS_KEY_ID=$1 aws proton "${@:2}" 2>&1 || true; }

ask() {
    as $environment create-environment-account-connection --environment-name "$1" --management-account-id $management \
        --role-arn $role/proton --query environmentAccountConnection.id --output text
}

# A connection, which the environment account tries to accept by itself.
id=$(ask prod)
as $environment accept-environment-account-connection --id "$id"
as $management accept-environment-account-connection --id "$id"
as $environment update-environment-account-connection --id "$id" --component-role-arn $role/components

# Another, which is rejected: that is final.
other=$(ask staging)
as $management reject-environment-account-connection --id "$other"
as $management accept-environment-account-connection --id "$other"
as $management list-environment-account-connections --requested-by MANAGEMENT_ACCOUNT --page-size 1
as $environment list-environment-account-connections --requested-by ENVIRONMENT_ACCOUNT --statuses REJECTED

# An environment: as long as it is there, its connection cannot be rejected.
as $management create-environment --name prod --template-name web --template-major-version 1 --spec "proton: EnvironmentSpec" \
    --description "the shop" --tags key=team,value=shop --environment-account-connection-id "$id"
as $management wait environment-deployed --name prod
as $management list-environment-provisioned-resources --environment-name prod
as $management list-tags-for-resource --resource-arn arn:aws:proton:us-east-1:$management:environment/prod
as $management reject-environment-account-connection --id "$id"
as $environment get-environment --name prod
as $management delete-environment --name prod

# What is gone is gone.
as $environment delete-environment-account-connection --id "$id"
as $environment delete-environment-account-connection --id "$id"
as $management get-environment-account-connection --id "$id"
